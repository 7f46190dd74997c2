"""Chat templates rendered beside Jinja itself, set up as `transformers` does it.

    python3 Tests/Conformance/chat_templates.py [MODEL.gguf | tokenizer_config.json | TEMPLATE.jinja ...]

Templates are those written here and those of the files. Needs `swift build -c release --product engine-benchmark`, jinja2; gguf for GGUF.
Exits with 1 where one text differs, or one of both refuses what the other does not.
"""
import json
import random
import subprocess
import sys
import tempfile

from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

CHATML = """{% for message in messages %}
    {%- if loop.first and message.role != 'system' %}
        {{- '<|im_start|>system\\nYou are helpful.<|im_end|>\\n' }}
    {%- endif %}
    {{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
TEMPLATES = [
    CHATML,
    """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}
{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}
{% for message in loop_messages %}
  {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
    {{ raise_exception('Roles must alternate') }}
  {% endif %}
  {% if loop.index0 == 0 and system_message is not false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message.content %}{% endif %}
  {% if message.role == 'user' %}{{ '[INST] ' ~ content.strip() ~ ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' ~ content | trim ~ ' ' + eos_token }}{% endif %}
{% endfor %}""",
    """{{- bos_token -}}
{%- set ns = namespace(system='', first=true, found=[]) -%}
{%- for m in messages if m.role == 'system' -%}{%- set ns.system = ns.system + m.content | trim -%}{%- endfor -%}
{%- for m in messages | rejectattr('role', 'equalto', 'system') -%}
  {%- set role = {'assistant': 'model'}.get(m.role, m.role) -%}
  <start_of_turn>{{ role }}
{% if ns.first and ns.system %}{{ ns.system }}

{% endif %}{% set ns.first = false %}{{ m.content.split('</think>')[-1].lstrip('\\n') | trim }}<end_of_turn>
{% endfor -%}
{%- if add_generation_prompt -%}
  <start_of_turn>model
{% endif -%}""",
    """{#- a comment -#}
{% for message in messages %}
{{ loop.index }}/{{ loop.length }} {{ message.role.upper() }}{{ ':' if not loop.last else ';' }} {{ message.content | length }} {{ message.content[:3] }}{{ message.content[-2:] }}{{ message.content[::-1] }}
   {# indented comment #}
   {% if message.content is string and message.content | length > 5 -%}
      long
   {%- elif not message.content %} empty {% else %}
      short
   {%+ endif %}
{% else %}
nothing
{% endfor %}
{{ messages | map(attribute='role') | join(', ') }} {{ messages | selectattr('role', 'in', ['user']) | list | length }}
{{ messages | tojson }} {{ messages[0] | tojson(indent=2) }}
""",
    """{%- if tools is defined and tools is not none %}tools{% endif -%}
{% if documents %}documents{% endif %}{{ tools | default('-', true) }}{{ nothing | default('unset') }}{{ nothing }}
{{ macro_free is defined }}""",
    """{% set text = messages[-1].content %}{% set text2 %}  captured {{ text | upper }}
{% endset %}{{ text2 | trim }}|{{ text.title() }}|{{ text.capitalize() }}|{{ text.replace('a', 'bb', 1) }}|{{ text | replace('e', '') }}|""",
    """{% set text = messages[-1].content %}{{ text.split() | join('+') }}|{{ text.split(' ', 1) | join('+') }}|{{ text.rsplit(' ', 1) | join('+') }}|{{ text.splitlines() | join('+') }}|
{{ text.startswith('a') }}{{ text.endswith(('b', 'd')) }}{{ 'the' in text }}{{ 'the' not in text }}{{ text.find('e') }}{{ text.count('e') }}{{ text.strip('ab') }}
{{ text | first }}{{ text | last }}{{ text | reverse }}{{ text.removeprefix('a') }}{{ text.removesuffix('d') }}{{ text | indent(2, first=true) }}{{ 7 // 2 }}{{ -7 // 2 }}{{ -7 % 3 }}{{ 2 * 3 - 4 + 1 }}{{ 1 ~ (2 + 3) }}""",
    """{% for i in range(3) %}{% for j in range(i, 10, 4) %}{% if j == 6 %}{% continue %}{% endif %}{% if j > 8 %}{% break %}{% endif %}{{ loop.index0 }}{{ i }}{{ j }}{{ loop.first }}{{ loop.previtem | default('none') }};{% endfor %}{% endfor %}
{% for k, v in {'a': 1, 'b': [none, true, "x"]}.items() %}{{ k }}={{ v | tojson }} {% endfor %}{% set a, b = 1, 'two' %}{{ a }}{{ b }}{{ 1 if a == 2 }}{{ (a, b) | length }}{{ 1 < 2 < 3 }}{{ 1 < 2 > 3 }}{{ not a or b }}{{ none is none }}{{ a is odd }}{{ a is divisibleby 1 if false else 'n' }}
{% raw %}{{ raw }} {% if %}{% endraw %}
  {% generation %}said{% endgeneration %}  """,
    """  {% if true %}
    a
  {% endif %}  b
\t{%- if false %} c {%- else %}
d {{- ' e ' -}} f
{%- endif +%}
g {{ "quo\\"te" }} {{ 'it\\'s' }} {{ '\\u00e9\\x41\\t|\\q' }} {{ 'a' 'b' }}
""",
    "{% for m in messages %}{{ raise_exception('no ' + m.role) }}{% endfor %}",
    "{{ messages[7].role }}", "{{ messages[7] }}", "{{ messages.x }}", "{{ 'a' + 1 }}", "{{ 'a' < 1 }}", "{{ messages[0]['absent'] is defined }}",
    "{{ x.y }}", "{{ strftime_now is defined }}", "{% if x %}", "{{ 'a", "{{ (1 }}", "{% endif %}", "{{ messages[0].items() | length }}{{ messages[0].keys() | join }}",
    "{% set x = 1 %}{% for m in messages %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 9 %}{% endif %}{{ x }}",
    "{{ true }}{{ none }}{{ false ~ 1 }}{{ [] | length }}{{ 'A' | lower }}{{ '5' | int + 1 }}{{ 'z' | int }}{{ 3 | string ~ 'x' }}{{ ['b', 'a'] | last }}",
]
WORDS = ["Hello", "the", "a cat", "ünïcödé", "北京", "\n\n", "  ", "</think>", "'quoted'", "\"double\"", "<|im_end|>", "{{ x }}", "{% if %}", "tab\t", "e\u0301", "😀", "abcd", "", "\u2028", "\x07"]
SIGNS = {"bos_token": "<s>", "eos_token": "</s>"}


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(["name:endgeneration"], drop_needle=True)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])

    def refuse(message):
        raise TemplateError(message)
    env.globals["raise_exception"] = refuse
    env.filters["tojson"] = lambda x, indent=None: json.dumps(x, ensure_ascii=False, indent=indent)
    return env


def conversations():
    source = random.Random(5)
    for _ in range(60):
        messages = []
        if source.randrange(2):
            messages.append({"role": "system", "content": "".join(source.choice(WORDS) for _ in range(3))})
        for turn in range(source.choice([1, 1, 2, 3, 5])):
            messages.append({"role": "assistant" if turn % 2 else "user", "content": " ".join(source.choice(WORDS) for _ in range(source.randrange(5)))})
        yield messages


def of_file(path):
    if path.endswith(".gguf"):
        from gguf import GGUFReader
        return GGUFReader(path).fields["tokenizer.chat_template"].contents()
    text = open(path, encoding="utf-8").read()
    return json.loads(text)["chat_template"] if path.endswith(".json") else text


def main(paths):
    wrong, compared, refused, by = 0, 0, 0, {}
    talks = list(conversations())
    for number, template in enumerate(TEMPLATES + [of_file(path) for path in paths]):
        with tempfile.NamedTemporaryFile("w", suffix=".jinja", encoding="utf-8", newline="") as file:
            file.write(template)
            file.flush()
            lines = "".join(json.dumps({"messages": talk, "signs": SIGNS}) + "\n" for talk in talks)
            run = subprocess.run([".build/release/engine-benchmark", "language", file.name, "1", "chat"], input=lines, capture_output=True, text=True, check=True)
        for talk, line in zip(talks, run.stdout.split("\n")):
            answer = json.loads(line)
            try:
                expected = environment().from_string(template).render(messages=talk, add_generation_prompt=True, tools=None, documents=None, **SIGNS)
            except Exception as error:
                expected, why = None, f"{type(error).__name__}: {error}"
                refused += 1
                by[number] = by.get(number, 0) + 1
            compared += 1
            if answer.get("text") != expected:
                wrong += 1
                if wrong <= 12:
                    print(f"template {number}: {talk}\n  ours  {answer!r}\n  Jinja {expected if expected is not None else why!r}")
    print("refused by Jinja:", {number: count for number, count in sorted(by.items())})
    print(f"{len(TEMPLATES) + len(paths)} templates, {compared} texts, {refused} refused by Jinja: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
