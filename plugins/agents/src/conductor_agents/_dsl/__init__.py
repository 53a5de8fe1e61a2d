"""What an agent is: frozen definitions, and the JSON document that the server compiles."""
