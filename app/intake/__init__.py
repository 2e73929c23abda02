"""How mail comes in: it is stored once, with the job that will read it, and nothing else happens."""
