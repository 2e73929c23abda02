import json

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.sandbox.openai.bodies import TRIAGE, arguments, fenced, strict_object, triage_body

MAIL = fenced("Hello,\n\nwhere is my order? It was due on Monday.\n\nThanks, Mia", subject="Order #1001")


def errors(openapi, name, value):
    schema = {"$ref": f"#/components/schemas/{name}", **openapi}
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def post(client: httpx.Client, body) -> httpx.Response:
    return client.post("/v1/responses", json=body)


def refused(client, **changes):
    answer = post(client, triage_body(MAIL, **changes))
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    return error


def test_a_forced_call_is_answered_with_arguments_that_satisfy_its_schema(client):
    answer = post(client, triage_body(MAIL)).json()
    call = answer["output"][0]
    assert (call["type"], call["name"], call["status"]) == ("function_call", "triage_email", "completed")
    found = arguments(answer)
    Draft202012Validator(TRIAGE).validate(found)
    assert found["summary"] == "Asks where order #1001 is."
    assert found["requests"] == [
        {
            "intent": "order_status",
            "order_number": "1001",
            "product_query": None,
            "tracking_number": None,
            "evidence": "where is my order?",
        }
    ]


def test_request_and_answer_are_valid_by_openais_own_description(client, openapi):
    body = triage_body(MAIL)
    assert errors(openapi, "CreateResponse", body) == []
    assert errors(openapi, "Response", post(client, body).json()) == []
    cut = post(client, triage_body(MAIL, max_output_tokens=16)).json()
    assert errors(openapi, "Response", cut) == []
    plain = post(client, triage_body(MAIL, tools=None, tool_choice=None)).json()
    assert errors(openapi, "Response", plain) == []


def test_errors_and_models_are_valid_by_openais_own_description(client, openapi):
    assert errors(openapi, "ErrorResponse", post(client, {"model": "gpt-6-luna"}).json()) == []
    assert errors(openapi, "ListModelsResponse", client.get("/v1/models").json()) == []
    assert errors(openapi, "Model", client.get("/v1/models/gpt-6-luna").json()) == []


def test_the_same_request_gets_the_same_arguments(client):
    first, second = (post(client, triage_body(MAIL)).json() for _ in range(2))
    assert arguments(first) == arguments(second)
    assert first["id"] != second["id"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}])
def test_a_request_without_a_bearer_token_is_401(client, headers):
    answer = httpx.post(f"{client.base_url}/v1/responses", json=triage_body(MAIL), headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_wrong_key_is_named_without_being_shown(client):
    answer = client.get("/v1/models", headers={"Authorization": "Bearer sk-wrong-0123456789abcd"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert "0123456789" not in answer.text


def test_an_unknown_model_is_refused(client):
    assert refused(client, model="claude-1")["code"] == "model_not_found"
    assert client.get("/v1/models/nope").status_code == 404


def test_the_model_is_echoed(client):
    assert post(client, triage_body(MAIL, model="sandbox")).json()["model"] == "sandbox"


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"null", b'"x"', b"[" * 5000])
def test_a_body_that_is_no_json_object_is_refused(client, raw):
    answer = client.post("/v1/responses", content=raw)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"input": None}, "missing_required_parameter", "input"),
        ({"model": None}, "missing_required_parameter", "model"),
        ({"colour": "blue"}, "unknown_parameter", "colour"),
        ({"temperature": "warm"}, "invalid_type", "temperature"),
        ({"temperature": 3}, "decimal_above_max_value", "temperature"),
        ({"store": "yes"}, "invalid_type", "store"),
        ({"max_output_tokens": 15}, "integer_below_min_value", "max_output_tokens"),
        ({"max_output_tokens": True}, "invalid_type", "max_output_tokens"),
        ({"truncation": "never"}, "invalid_value", "truncation"),
        ({"safety_identifier": "x" * 65}, "string_above_max_length", "safety_identifier"),
        ({"input": 7}, "invalid_type", "input"),
        ({"input": ["hi"]}, "invalid_type", "input[0]"),
        ({"input": [{"role": "robot", "content": "hi"}]}, "invalid_value", "input[0].role"),
        ({"input": [{"role": "user"}]}, "missing_required_parameter", "input[0].content"),
        (
            {"input": [{"role": "user", "content": [{"type": "x"}]}]},
            "invalid_value",
            "input[0].content[0].type",
        ),
        ({"tools": [{"type": "teleport"}], "tool_choice": "auto"}, "invalid_value", "tools[0].type"),
        ({"tools": [{"type": "function", "parameters": {}}]}, "missing_required_parameter", "tools[0].name"),
        ({"tool_choice": "sometimes"}, "invalid_value", "tool_choice"),
        ({"stream": True}, "unsupported_value", "stream"),
        ({"previous_response_id": "resp_1"}, "previous_response_not_found", "previous_response_id"),
    ],
)
def test_a_wrong_field_is_named(client, changes, code, param):
    error = refused(client, **changes)
    assert (error["code"], error["param"]) == (code, param)


def test_a_tool_choice_that_is_no_tool_is_refused(client):
    error = refused(client, tool_choice={"type": "function", "name": "delete_everything"})
    assert error["param"] == "tool_choice"
    assert "delete_everything" in error["message"]


def test_a_loose_strict_schema_is_refused_where_it_stands(client):
    loose = {**TRIAGE, "additionalProperties": True}
    tool = {"type": "function", "name": "triage_email", "parameters": loose, "strict": True}
    error = refused(client, tools=[tool])
    assert (error["code"], error["param"]) == ("invalid_function_parameters", "tools[0].parameters")
    assert "In context=()" in error["message"]
    assert post(client, triage_body(MAIL, tools=[{**tool, "strict": False}])).status_code == 200


def test_a_required_call_takes_the_first_tool_and_auto_takes_none(client):
    called = post(client, triage_body(MAIL, tool_choice="required")).json()
    assert called["output"][0]["name"] == "triage_email"
    plain = post(client, triage_body(MAIL, tool_choice="auto")).json()
    assert plain["output"][0]["type"] == "message"
    assert "not a language model" in plain["output"][0]["content"][0]["text"]


def test_another_function_gets_what_was_read_under_names_it_knows(client):
    parameters = strict_object(
        order_number={"type": "string"}, retries={"type": "integer", "minimum": 3}, note={"type": "string"}
    )
    tool = {"type": "function", "name": "get_order", "parameters": parameters, "strict": True}
    body = triage_body(MAIL, tools=[tool], tool_choice={"type": "function", "name": "get_order"})
    assert arguments(post(client, body).json()) == {"order_number": "1001", "retries": 3, "note": ""}


def test_too_few_output_tokens_cut_the_answer_and_say_so(client):
    answer = post(client, triage_body(MAIL, max_output_tokens=20)).json()
    assert answer["status"] == "incomplete"
    assert answer["incomplete_details"] == {"reason": "max_output_tokens"}
    assert answer["usage"]["output_tokens"] == 20
    with pytest.raises(json.JSONDecodeError):
        arguments(answer)


def test_usage_counts_what_was_sent_and_what_was_answered(client):
    short = post(client, triage_body(MAIL)).json()["usage"]
    longer = post(client, triage_body(fenced("Where is my order?" + " hello world" * 50))).json()["usage"]
    assert longer["input_tokens"] > short["input_tokens"] + 50
    assert short["total_tokens"] == short["input_tokens"] + short["output_tokens"]
    assert short["output_tokens_details"] == {"reasoning_tokens": 0}


def test_a_long_prompt_seen_before_is_cached_in_steps_of_128(client):
    body = triage_body(
        MAIL, instructions="Be careful with every single word. " * 200, prompt_cache_key="cache-test"
    )
    first, second = (post(client, body).json()["usage"] for _ in range(2))
    assert first["input_tokens_details"]["cached_tokens"] == 0
    cached = second["input_tokens_details"]["cached_tokens"]
    assert cached >= 1024
    assert cached % 128 == 0
    assert cached + second["input_tokens_details"]["cache_write_tokens"] <= second["input_tokens"]
    other = post(client, {**body, "prompt_cache_key": "another"}).json()["usage"]
    assert other["input_tokens_details"]["cached_tokens"] == 0


def test_a_short_prompt_is_never_cached(client):
    usages = [post(client, triage_body(MAIL)).json()["usage"] for _ in range(2)]
    assert [usage["input_tokens_details"]["cached_tokens"] for usage in usages] == [0, 0]
