"""The flows, one module for each part of the server. Every function with ``@flow`` runs on every server."""
