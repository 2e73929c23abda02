"""From the bytes of an email to what the customer wrote, who they are, and whether to answer."""
