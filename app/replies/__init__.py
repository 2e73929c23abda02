"""From the facts of a request to a reply: what may be told, in which words, and whether it may leave by itself."""
