"""A prompt with variables: stored, tried on a model, tagged. Needs: an Orkes cluster; LLM_PROVIDER and LLM_MODEL to try it."""

import os

from cluster import cluster

from conductor_core.models import Tag
from conductor_prompts import PromptTemplateTestRequest

TEMPLATE = "Greet ${name} in one friendly line."


def main() -> None:
    """Store it, use it, delete it."""
    provider, model = os.environ.get("LLM_PROVIDER"), os.environ.get("LLM_MODEL")
    with cluster() as conductor:
        prompts = conductor.prompts
        prompts.save_prompt("greeting", "Greets somebody", TEMPLATE, [f"{provider}:{model}"] if provider else None)
        prompts.set_prompt_tags("greeting", [Tag(key="team", value="billing")])
        print("stored:", prompts.get_prompt("greeting").name)
        if provider and model:
            test = PromptTemplateTestRequest(prompt=TEMPLATE, prompt_variables={"name": "Ada"})
            test.llm_provider, test.model = provider, model
            print("said:", prompts.test_prompt(test))
        else:
            print("set LLM_PROVIDER and LLM_MODEL to try it")
        prompts.delete_prompt("greeting")
        print("cleaned up")


if __name__ == "__main__":
    main()
