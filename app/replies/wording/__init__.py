"""A store's own wordings of templates: the language they are written in, the facts they may name, and how one is reviewed."""
