"""How each original LLaVA was spoken to; the tokenizer adds the beginning-of-text token where the model has one.

Sources: `conv_mistral_instruct` and `conv_vicuna_v1` in `llava/conversation.py` of microsoft/LLaVA-Med, and
`preprocess_huatuo` in `cli.py` of FreedomIntelligence/HuatuoGPT-Vision. The image stands first, on a line of its own.
"""

# Jinja: the text of one message, each image of it as the placeholder and a line break.
_CONTENT = (
    "{% macro content(message) %}{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>\n{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}{% endmacro %}"
)
MISTRAL_INSTRUCT = (
    _CONTENT + "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ ' ' + content(message) + ' </s>' }}"
    "{% else %}{{ '[INST] ' + content(message) + ' [/INST]' }}{% endif %}"
    "{% endfor %}"
)
HUATUO = (
    _CONTENT + "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ '<|assistant|>\n' + content(message) + ' \n' }}"
    "{% else %}{{ '<|user|>\n' + content(message) | trim + '\n' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"
)
VICUNA = (
    _CONTENT + "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ ' ASSISTANT: ' + content(message) | trim + '</s>' }}"
    "{% else %}{{ ' USER: ' + content(message) | trim }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ ' ASSISTANT:' }}{% endif %}"
)


def chat_template(model_type: str, name: str) -> str:
    """The template of a checkpoint, told by its type and, as HuatuoGPT-Vision's own code does, by its name.

    >>> chat_template("llava_llama", "HuatuoGPT-Vision-34B") == HUATUO
    True
    """
    if model_type == "llava_mistral":
        return MISTRAL_INSTRUCT
    return HUATUO if "huatuo" in name.lower() else VICUNA
