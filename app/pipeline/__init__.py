"""The story of an email: receive_message → answer_conversation → deliver_reply.

Each is a durable job about one row. It looks at the state that it finds, does its part, and saves the result together
with the next job. Run again, it finds its part done and does nothing.
"""
