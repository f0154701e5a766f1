"""Whether the parsers of a released Dynamo take the commands of containers.

usage: arguments.py FOLDER <commands.json
FOLDER has the packages ai-dynamo and ai-dynamo-runtime of one release. Reads a JSON list of commands, each a
list of words, and writes a JSON list: for each what its parser says against it, or null.
"""

import asyncio
import contextlib
import importlib
import importlib.util
import io
import json
import logging
import os
import shlex
import sys
import warnings

sys.path[:0] = [os.path.dirname(__file__), sys.argv[1]]

import arguments_engines  # noqa: E402


async def fetched(model, *_, **__):
    return model


# Where the parser of each module is, newest first: some moved between releases.
parsers = {
    "dynamo.frontend": [("dynamo.frontend.main", lambda main: main.parse_args())],
    "dynamo.mocker": [("dynamo.mocker.args", lambda args: args.parse_args())],
    "dynamo.vllm": [("dynamo.vllm.args", lambda args: parse_vllm(args))],
    "dynamo.sglang": [("dynamo.sglang.args", lambda args: parse_sglang(args))],
    "dynamo.trtllm": [
        ("dynamo.trtllm.args", lambda args: args.parse_args()),
        ("dynamo.trtllm.utils.trtllm_utils", lambda utils: utils.cmd_line_args()),
    ],
    "dynamo.planner": [("dynamo.planner.__main__", lambda main: main._parse_config())],
    # Of the releases before, which runs in its own folder.
    "planner_sla": [
        ("dynamo.planner.utils.planner_argparse", lambda args: args.create_sla_planner_parser().parse_args())
    ],
}


def parse_vllm(args):
    config = args.parse_args()
    if hasattr(args, "overwrite_args"):  # to 0.9 it has the rest of the rules
        args.overwrite_args(config)


def parse_sglang(args):
    args.fetch_llm = args.fetch_model = fetched
    asyncio.run(args.parse_args(sys.argv[1:]))


def parser(module):
    """The function that runs the parser of a module, or None where the release has none."""
    for name, run in parsers.get(module, []):
        if exists(name):
            found = importlib.import_module(name)
            return lambda: run(found)
    return None


def exists(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # nor its package
        return False


def refusal(command):
    """What is said against a command, or None."""
    words = shlex.split(command[2]) if command[:2] == ["/bin/sh", "-c"] else command
    if words[:2] != ["python3", "-m"] or len(words) < 3:
        return f"not a module of Dynamo: {' '.join(words)}"
    parse = parser(words[2])
    if parse is None:
        return f"no parser of {words[2]} in this release"
    said = io.StringIO()
    errors.clear()
    sys.argv = words[2:]
    environment = dict(os.environ)
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            parse()
    except arguments_engines.Parsed:
        return None
    except SystemExit as exit:
        last = said.getvalue().strip().rpartition("\n")[2]
        return "\n".join(errors) or last or f"exits with {exit.code}"
    except (AssertionError, ValueError) as error:
        return str(error)
    finally:
        os.environ.clear()
        os.environ.update(environment)
    return None


errors = []


def record(*args, **settings):
    """A log record; errors are kept too, as some parsers log why they exit."""
    made = logging.LogRecord(*args, **settings)
    if made.levelno >= logging.ERROR:
        errors.append(made.getMessage())
    return made


def main():
    # What Dynamo writes to the standard output must not meet the answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    commands = json.load(sys.stdin)
    arguments_engines.install()
    logging.setLogRecordFactory(record)
    logging.disable(logging.WARNING)
    json.dump([refusal(command) for command in commands], answer)
    answer.close()


main()
