"""What stands around GraphQL: token, version, form of a request, form of errors."""

import pytest

SHOP = "{ shop { name } }"


@pytest.mark.parametrize("token", [None, "", "shpat_wrong"])
def test_without_the_token_nothing_is_told(admin, token):
    response = admin.post({"query": SHOP}, token=token)
    assert response.status_code == 401
    assert response.json() == {
        "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
    }


@pytest.mark.parametrize("version", ["2026-07", "2026-10"])
def test_both_versions_answer(admin, version):
    response = admin.post({"query": SHOP}, version=version)
    assert response.json()["data"] == {"shop": {"name": "Saffron & Clay"}}
    assert response.headers["X-Shopify-API-Version"] == version


@pytest.mark.parametrize("version", ["2019-01", "2030-01", "unstable", "x"])
def test_a_version_that_there_is_not_is_not_found(admin, version):
    response = admin.post({"query": SHOP}, version=version)
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})


@pytest.mark.parametrize("body", [{}, [], "text", {"query": 1}, {"query": None}])
def test_a_request_of_another_form_is_refused(admin, body):
    response = admin.post(body)
    assert response.status_code == 400
    assert "query" in response.json()["errors"]


def test_variables_are_an_object_or_nothing(admin):
    assert admin.post({"query": SHOP, "variables": None}).status_code == 200
    assert admin.post({"query": SHOP, "variables": [1]}).status_code == 400


def test_a_body_that_is_no_json_is_refused(admin):
    headers = {"X-Shopify-Access-Token": "shpat_test"}
    response = admin.http.post("/admin/api/2026-10/graphql.json", content=b"\xff{", headers=headers)
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("{ shop { nonsense } }", "nonsense"),
        ("{ shop", "Syntax Error"),
        ('{ order(id: "gid://shopify/Order/1") }', "subfields"),
        ("query A { shop { id } } query B { shop { id } }", "operation name"),
        ("query ($id: ID!) { order(id: $id) { id } }", "$id"),
        ("mutation { orderCancel { job } }", "mutation"),
    ],
)
def test_a_wrong_query_is_an_error_in_graphqls_form(admin, query, says):
    answer = admin.ask(query)
    assert says in answer["errors"][0]["message"]
    assert "data" not in answer or answer["data"] is None


def test_of_several_operations_the_named_one_runs(admin):
    body = {"query": "query A { shop { id } } query B { shop { name } }", "operationName": "B"}
    assert admin.post(body).json()["data"] == {"shop": {"name": "Saffron & Clay"}}


def test_an_id_that_is_not_there_is_null_and_a_wrong_one_is_an_error(admin):
    query = "query ($id: ID!) { order(id: $id) { name } }"
    assert admin.ask(query, id="gid://shopify/Order/1")["data"] == {"order": None}
    assert admin.ask(query, id="1001")["errors"][0]["message"] == "Invalid global id '1001'"
    wrong_type = admin.ask(query, id="gid://shopify/Customer/4000000000001")
    assert wrong_type["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    assert wrong_type["errors"][0]["path"] == ["order"]


def test_an_object_is_found_by_its_id_whatever_its_type(admin):
    order = admin.data(
        '{ orders(first: 1, query: "name:1026") { nodes { id fulfillments(first: 1) { id } } } }'
    )
    (found,) = order["orders"]["nodes"]
    ids = [found["id"], found["fulfillments"][0]["id"], "gid://shopify/Order/1"]
    nodes = admin.data(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Fulfillment { status } } }", ids=ids
    )["nodes"]
    assert [node and node["__typename"] for node in nodes] == ["Order", "Fulfillment", None]


def test_the_app_says_which_scopes_it_has(shop):
    from app.sandbox.shopify import Access, create_router
    from tests.sandbox.shopify.served import TOKEN, Admin, served

    with (
        served(create_router(shop, access_token=TOKEN, access=Access(("read_orders",)))) as url,
        Admin(url) as admin,
    ):
        scopes = admin.data("{ currentAppInstallation { accessScopes { handle } } }")
    assert scopes["currentAppInstallation"]["accessScopes"] == [{"handle": "read_orders"}]
