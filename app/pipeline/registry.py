"""The durable jobs, by name. A name is a contract with the jobs that wait in the database."""

from app.jobs import (
    ANSWER_CONVERSATION,
    DELIVER_REPLY,
    FILE_COPY,
    READ_POLICIES,
    RECEIVE_MESSAGE,
    SEND_CODE,
    SEND_DIGEST,
    SEND_NOTICE,
    SETTLE_DOUBT,
    JobSpec,
)
from app.pipeline.answer import answer_conversation, answer_failed
from app.pipeline.codes import code_failed, send_code
from app.pipeline.copies import copy_failed, file_copy
from app.pipeline.deliver import deliver_failed, deliver_reply
from app.pipeline.digests import digest_failed, send_digest
from app.pipeline.notices import notice_failed, send_notice
from app.pipeline.policies import read_policies, reading_failed
from app.pipeline.receive import receive_failed, receive_message
from app.pipeline.silence import settle_doubt, settling_failed

JOBS = {
    RECEIVE_MESSAGE: JobSpec(RECEIVE_MESSAGE, receive_message, receive_failed),
    ANSWER_CONVERSATION: JobSpec(ANSWER_CONVERSATION, answer_conversation, answer_failed),
    DELIVER_REPLY: JobSpec(DELIVER_REPLY, deliver_reply, deliver_failed),
    SEND_NOTICE: JobSpec(SEND_NOTICE, send_notice, notice_failed),
    SEND_DIGEST: JobSpec(SEND_DIGEST, send_digest, digest_failed),
    SEND_CODE: JobSpec(SEND_CODE, send_code, code_failed),
    FILE_COPY: JobSpec(FILE_COPY, file_copy, copy_failed),
    SETTLE_DOUBT: JobSpec(SETTLE_DOUBT, settle_doubt, settling_failed),
    READ_POLICIES: JobSpec(READ_POLICIES, read_policies, reading_failed),
}
