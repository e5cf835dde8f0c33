"""Conversations, tools and generated templates for test_templates.py."""

import random


def user(content):
    return {"role": "user", "content": content}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


def system(content):
    return {"role": "system", "content": content}


def call(arguments, call_id="abcdefghi"):
    return {"id": call_id, "type": "function",
            "function": {"name": "get_weather", "arguments": arguments}}


def result(content, call_id="abcdefghi"):
    return {"role": "tool", "content": content, "name": "get_weather", "tool_call_id": call_id}


TOOLS = [
    {"type": "function", "function": {
        "name": "get_weather", "description": "The \"weather\" <now> é",
        "parameters": {"type": "object", "properties": {
            "city": {"type": "string", "description": "City name"},
            "unit": {"type": "string", "enum": ["c", "f"]},
            "n": {"type": "integer", "default": 3},
            "opt": {"type": ["string", "null"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "o": {"type": "object", "properties": {"x": {"type": "number"}}},
        }, "required": ["city"]}}},
    {"type": "function", "function": {
        "name": "noop", "description": "", "parameters": {"type": "object", "properties": {}}}},
]

CONVERSATIONS = {
    "one message": [user("Hello")],
    "system": [system("You are helpful.\n"), user("Hi é 日本 😀\n\n  x ")],
    "several turns": [system("S"), user("a"), assistant("b"), user("c"), assistant("d"), user("e")],
    "assistant last": [user("a"), assistant("b ")],
    "empty content": [user("")],
    "developer": [{"role": "developer", "content": "D"}, user("x")],
    "reasoning": [user("q"), assistant("ans", reasoning_content="think\nhard"), user("q2")],
    "inline reasoning": [user("q"), assistant("<think>\nabc\n</think>\n\nans"), user("q2"),
                         assistant("x", thinking="tt")],
    "tool call": [
        user("w?"),
        assistant("", tool_calls=[call({"city": "Paris", "n": 1, "t": True, "z": None, "f": 1.5,
                                        "l": [1, "a"]})]),
        result("22C"), assistant("It is 22"), user("thx")],
    "two tool calls": [
        system("sys"), user("w?"),
        assistant(None, tool_calls=[call('{"city": "Paris"}'), call({"city": "Rome"}, "bbbbbbbbb")]),
        result('{"t": 1}'), result({"t": 2}, "bbbbbbbbb")],
    "call without content": [
        user("w?"),
        {"role": "assistant", "tool_calls": [call({"city": "Paris"})], "reasoning_content": "r"},
        result("ok"), user("next")],
    "content in parts": [
        user([{"type": "text", "text": "hello"}, {"type": "image"}]),
        assistant([{"type": "text", "text": "yo"}]), user([{"type": "text", "text": "again"}])],
    "two users": [user("a"), user("b")],
    "assistant first": [assistant("x"), user("y")],
    "unknown role": [{"role": "weird", "content": "q"}, user("x")],
    "no content": [{"role": "user"}],
    "system in the middle": [user("a"), assistant("b"), system("mid"), user("c")],
}

VARIABLES = {
    "s": "Hello World", "u": "Ünïcödé ǆ ß Σς 日本 😀", "e": "", "sp": "  a b\t c\n\nd  ", "n": 5,
    "z": 0, "neg": -3, "f": 2.5, "g": -0.5, "big": 1e17, "small": 1.5e-7, "l": [3, 1, 2],
    "ls": ["b", "A", "c", "a"],
    "lm": [{"n": "x", "v": 2, "k": {"q": 1}}, {"n": "Y", "v": 1}, {"n": "x", "v": 3, "k": {"q": None}}],
    "d": {"b": 1, "a": [1, 2], "C": None, "items": 7}, "dn": {"x": {"y": {"z": "deep"}}},
    "nul": None, "t": True, "fa": False, "mixed": [1, "a", None, 2.5, [1], {"a": 1}],
    "html": "<a href='x'>&\"</a>", "num": "42", "hexs": "0x1F", "flt": " 3.5e1 ",
    "lines": "a\nb\r\nc\n", "fmt": "%s|%d", "pairs": [["a", 1], ["b", 2]],
}

CONSTANTS = [
    '0', '1', '2', '-1', '3', '10', '1.5', '0.1', '-2.5', '1e3', "''", "'a'", "'b'", "','",
    "' '", "'Hello'", "'o'", "'é'", "'\\n'", 'none', 'true', 'false', '[]', '{}', '()', '(1,)',
    '[1,2,3]', "['a','B']", "{'a':1,'b':[2]}", "(1,'x')", "'abc'", "'%s'", "'{}'", "'x=%d y=%s'",
    "'a,b,,c'", '100', "'n'", "'k.q'", "'v'", "'x.y'", '0x1f', '1_000', 'range(5)',
    'range(5,0,-2)', "'0b11'", "'ǅ'", '"it\'s"', "'12'", "'1_0'", "'-7'", "' 5 '", "'nan'",
    "'inf'", '3.0', '1e16', '123456789.125',
]
FILTERS = [
    'upper', 'lower', 'title', 'capitalize', 'trim', 'length', 'count', 'list', 'first', 'last',
    'string', 'int', 'float', 'abs', 'round', 'reverse', 'sort', 'unique', 'sum', 'min', 'max',
    'tojson', 'escape', 'e', 'safe', 'items', 'dictsort', 'wordcount', 'join', 'default', 'd',
    'indent', 'center', 'truncate', 'urlencode', 'xmlattr', 'format', 'forceescape',
    'filesizeformat',
]
TESTS = [
    'defined', 'undefined', 'none', 'string', 'mapping', 'sequence', 'iterable', 'number',
    'integer', 'float', 'boolean', 'true', 'false', 'odd', 'even', 'callable', 'lower', 'upper',
    'escaped', 'filter', 'test',
]
BINARY_TESTS = [
    'eq', 'ne', 'lt', 'gt', 'le', 'ge', '==', '!=', 'equalto', 'in', 'divisibleby', 'sameas',
    'lessthan', 'greaterthan',
]
METHODS = [
    'upper', 'lower', 'title', 'capitalize', 'strip', 'lstrip', 'rstrip', 'split', 'rsplit',
    'splitlines', 'swapcase', 'casefold', 'isdigit', 'isalpha', 'isalnum', 'isspace', 'isupper',
    'islower', 'istitle', 'isnumeric', 'isdecimal', 'isidentifier', 'isascii', 'isprintable',
    'items', 'keys', 'values', 'copy', 'expandtabs', 'is_integer',
]
METHODS_WITH_ARGUMENTS = [
    'strip', 'lstrip', 'rstrip', 'split', 'rsplit', 'startswith', 'endswith', 'find', 'rfind',
    'index', 'rindex', 'count', 'replace', 'join', 'removeprefix', 'removesuffix', 'zfill',
    'get', 'center', 'ljust', 'rjust', 'partition', 'rpartition', 'format', 'append', 'update',
    'pop', 'splitlines',
]
FILTER_CALLS = [
    "replace('o', C)", "replace(C, 'x', 1)", "join(C)", "join(', ', attribute=C)", "default(C)",
    "default(C, true)", "map(attribute='n')|list", "map(attribute='k.q')|list",
    "map(attribute='zz', default=C)|list", "map(F)|list", "map(F, C)|list", "select(T)|list",
    "reject(T)|list", "select|list", "select(B, C)|list", "selectattr('k.q')|list",
    "rejectattr('n', B, C)|list", "selectattr('v', T)|list", "tojson(indent=2)",
    "tojson(indent='--')", "tojson(ensure_ascii=true)", "tojson(sort_keys=true)",
    "tojson(separators=(',', ':'))", "round(1)", "round(-1)", "round(1, 'ceil')", "round(2, 'floor')",
    "int(C)", "int(0, 16)", "int(0, 0)", "float(C)", "sort(reverse=true)", "sort(attribute='n,v')",
    "sort(case_sensitive=true)", "dictsort(true, 'value')", "dictsort(reverse=true)",
    "unique(true)|list", "unique(attribute='n')|list", "min(attribute='v')", "max(attribute='n')",
    "sum(attribute='v')", "sum(start=C)", "batch(2)|list", "batch(3, C)|list", "slice(2)|list",
    "slice(3, C)|list", "groupby('n')", "groupby('k', default='a')", "indent(2, true)",
    "indent('>', blank=true, first=true)", "truncate(5)", "truncate(3, true, '..', 0)", "trim(C)",
    "center(20)", "format(C)", "attr(C)", "items|list", "reverse|list", "string|length",
]
SPECIAL = [
    "dict(a=1)", "namespace(a=1).a", "'%05.1f' % f", "'%-8s|%8.3s|%+d|%x|%e|%g' % (s, s, n, n, f, f)",
    "'{:>8}|{:<5}|{:^7}|{:+d}|{:,}'.format(s, n, n, n, 1234567)",
    "'{:.3e} {:g} {:%} {:08.2f} {:#x}'.format(f, f, f, f, n)", "'{0:.2f} {1!r} {x}'.format(f, s, x=n)",
    "'%(b)s' % d", "range(5, 0, -2)|list", "cycler('a', 'b').next()", "joiner('|')()",
]
OPERATORS = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">", "<=", ">=", "in", "not in",
             "and", "or"]
SLICES = ["", "0", "1", "2", "-1", "-2", "100", "-100"]


class Generator:
    """Random templates; the same ones for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.choice = self.random.choice
        self.names = [*VARIABLES, "undef", "loop"]

    def constant(self):
        return self.choice(CONSTANTS)

    def filter_call(self):
        if self.random.random() < 0.5:
            return self.choice(FILTERS)
        text = self.choice(FILTER_CALLS)
        for mark, words in (("F", FILTERS), ("T", TESTS), ("B", BINARY_TESTS)):
            text = text.replace(f"({mark}", f"('{self.choice(words)}'")
            text = text.replace(f", {mark}", f", '{self.choice(words)}'")
        for mark in ("(C", "=C", " C"):
            text = text.replace(mark, mark[0] + self.constant())
        return text

    def expression(self, depth):
        if depth <= 0:
            return self.choice(self.names) if self.random.random() < 0.6 else self.constant()
        inner = lambda: self.expression(depth - 1)  # noqa: E731
        return self.choice([
            lambda: f"({inner()})|{self.filter_call()}",
            lambda: f"({inner()})|{self.filter_call()}",
            lambda: f"({inner()} {self.choice(OPERATORS)} {inner()})",
            lambda: f"({inner()}).{self.choice(METHODS)}()",
            lambda: f"({inner()}).{self.choice(METHODS_WITH_ARGUMENTS)}("
                    + ", ".join(inner() for _ in range(self.choice([1, 1, 2, 3]))) + ")",
            lambda: f"({inner()})[{inner()}]",
            lambda: f"({self.choice(['s', 'u', 'l', 'ls', 'mixed'])})"
                    f"[{self.choice(SLICES)}:{self.choice(SLICES)}{self.choice(['', ':2', ':-1'])}]",
            lambda: f"({inner()} is {self.choice(['', 'not '])}{self.choice(TESTS)})",
            lambda: f"({inner()} is {self.choice(['eq', 'lt', 'in', 'divisibleby'])} ({inner()}))",
            lambda: f"({inner()} if {inner()} else {inner()})",
            lambda: f"[{inner()}, {inner()}]",
            lambda: f"{self.choice(['not ', '-', '+'])}({inner()})",
            lambda: self.choice(SPECIAL),
        ])()

    def tag(self, text):
        return f"{{%{self.choice(['', '', '-', '+'])} {text} {self.choice(['', '', '-', '+'])}%}}"

    def statement(self, depth):
        inner = lambda: self.statement(depth - 1) if depth > 0 else self.choice(["x", "\n  y", "{{ v }}"])  # noqa: E731
        value = lambda: self.expression(self.choice([0, 1, 2]))  # noqa: E731
        tag = self.tag
        return self.choice([
            lambda: self.choice(["text", " ", "\n", "  \n", "é{ % }", "a } } b"]),
            lambda: f"{{{{ {value()} {self.choice(['', '-'])}}}}}\n",
            lambda: tag(f"if {value()}") + inner() + tag("else") + "\n" + inner() + tag("endif") + "\n",
            lambda: tag(f"for {self.choice(['v', 'a', 'k, v'])} in {value()}") + "\n  " + inner()
                    + self.choice(["{{ loop.index }}", "{{ loop.last }}", "{{ loop.nextitem }}",
                                   "{{ loop.revindex0 }}", "{{ loop.cycle('p', 'q') }}",
                                   "{{ loop.changed(v) }}", "{% break %}", "{% continue %}", ""])
                    + tag("endfor"),
            lambda: tag(f"set {self.choice(['v', 'a', 'n'])} = {value()}"),
            lambda: tag(f"set v{self.choice(['', ' | upper'])}") + inner() + tag("endset"),
            lambda: tag(f"macro f(a, v={self.constant()})") + inner() + "{{ varargs }}" + tag("endmacro")
                    + self.choice(["{{ f(1) }}", "{{ f(1, 2, 3) }}", "{{ f(v=2) }}", "{{ f(x=1) }}"]),
            lambda: tag(f"with a = {value()}, v = {value()}") + inner() + tag("endwith"),
            lambda: tag("filter upper") + inner() + tag("endfilter"),
            lambda: "{#- c #}\n",
            lambda: tag("raw") + " {{ x }} " + tag("endraw") + "\n",
        ])()


def small_templates(seed, count):
    generator = Generator(seed)
    cases = []
    for i in range(count):
        if i % 3:
            cases.append("{{ " + generator.expression(1 + i % 3) + " }}")
        else:
            cases.append("".join(generator.statement(2) for _ in range(1 + i % 2)))
    return cases
