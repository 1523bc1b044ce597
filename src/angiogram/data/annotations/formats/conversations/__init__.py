"""Conversations as LLaVA and MedM-VL train on them: a JSON list of items, each an image and the turns about it.

```
[{"id": "0", "image": "a.png", "conversations": [
    {"from": "human", "value": "<image>\\nIs there fluid?"}, {"from": "gpt", "value": "No."}]}]
```

Each question with its answer is an entry, all of an item one conversation. An item of ours has a further member,
`angiogram`, with what the format has no place for, an object a question; other readers pass it over.
"""
