"""Renders templates as Hugging Face's transformers do, for judge_test.go.

Standard input: a line of JSON with the variables of all templates, then a line
with a JSON string for each template. Standard output: for each template a line,
{"text": ...} or {"error": ...}; {"skip": ...} where it takes longer than a
second.
"""

import datetime
import json
import signal
import sys
import warnings

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)


class Generation(jinja2.ext.Extension):
    """The statement {% generation %}, whose body is printed as it is."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


class TooLong(BaseException):
    pass


def too_long(*_):
    raise TooLong()


def main():
    if jinja2.__version__ != "3.1.2":
        sys.exit("jinja2 is " + jinja2.__version__ + ", not 3.1.2")
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, too_long)
    variables = sys.stdin.readline()
    env = environment()
    for line in sys.stdin:
        try:
            signal.alarm(1)
            text = env.from_string(json.loads(line)).render(**json.loads(variables))
            text.encode()  # lone surrogates are no text
            answer = {"text": text}
        except TooLong:
            answer = {"skip": "takes too long"}
        except Exception as e:
            answer = {"error": type(e).__name__ + ": " + str(e)}
        finally:
            signal.alarm(0)
        print(json.dumps(answer))


main()
