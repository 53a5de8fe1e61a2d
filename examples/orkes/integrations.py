"""A provider of language models with its models, limits and prompts. Needs: an Orkes cluster; LLM_API_KEY to be of use."""

import os

from cluster import cluster

from conductor_integrations import IntegrationCategory, TokenLimit, TokenLimitPeriod


def main() -> None:
    """Store a provider, look at it, delete it."""
    settings = {"api_key": os.environ.get("LLM_API_KEY", "not set"), "endpoint": "https://llm.example"}
    with cluster() as conductor:
        integrations = conductor.integrations
        integrations.add_ai_integration("example_writer", "openai", ["small"], settings, overwrite=True)
        limit = TokenLimit(max_tokens=100_000, token_limit_period=TokenLimitPeriod.DAY)
        integrations.set_token_limit("example_writer", limit)
        print("models:", len(integrations.get_integration_apis("example_writer")))
        print("of this kind:", len(integrations.get_integrations(category=IntegrationCategory.AI_MODEL)) > 0)
        integrations.delete_integration_api("example_writer", "small")
        integrations.delete_integration_provider("example_writer")
        print("cleaned up")


if __name__ == "__main__":
    main()
