"""What the official libraries send for a call, recorded once: see ``__main__``."""
