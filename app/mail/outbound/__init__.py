"""From a reply's Markdown to an email, to the provider, and the provider's news about it."""
