"""What the server asks an agent's own process: tools, guardrails, conditions and callbacks as ordinary workers."""
