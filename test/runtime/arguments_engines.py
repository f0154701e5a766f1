"""Stands in for what the parsers of Dynamo import and is not installed: engines, and what these need.

The engines' own options are those listed here, strict in names and types: what this project uses of them.
"""

import argparse
import importlib
import importlib.abc
import importlib.machinery
import json
import sys
import types


class Anything(type):
    """Stands for any class, function or value: it can be called, subclassed and asked for more."""

    def __new__(meta, name, bases=(), attributes=None, **_):
        return super().__new__(meta, name, bases, attributes or {})

    def __init__(cls, *_, **__):
        pass

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)

    def __getitem__(cls, _):
        return cls

    def __iter__(cls):
        return iter(())

    def __call__(cls, *args, **_):
        return args[0] if len(args) == 1 and callable(args[0]) else cls


class StandIn(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder: for whole packages that are missing, never for parts of those that are there."""

    def find_spec(self, name, path=None, target=None):
        package = name.partition(".")[0]
        if package == "dynamo" or package in sys.stdlib_module_names:
            return None
        if package != name and not isinstance(sys.modules.get(package), StandIn):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        pass


def option(parser, *names, **settings):
    parser.add_argument(*names, **{"default": None, **settings})


class EngineArgs(types.SimpleNamespace):
    """An engine's settings. It has all; those that are not given are None."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    @classmethod
    def from_cli_args(cls, args):
        return cls(**vars(args))


def settings(text):
    """The JSON object that an option takes."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(text)
    return EngineArgs(**value)


class VllmArgs(EngineArgs):
    @staticmethod
    def add_cli_args(parser, **_):
        option(parser, "--model", default="Qwen/Qwen3-0.6B")
        option(parser, "--served-model-name", nargs="+")
        option(parser, "--gpu-memory-utilization", type=float)
        for name in ("--kv-transfer-config", "--kv-events-config"):
            option(parser, name, type=settings)
        for name in (
            *("--block-size", "--data-parallel-size", "--max-lora-rank", "--max-loras", "--max-model-len"),
            *("--max-num-batched-tokens", "--max-num-seqs", "--pipeline-parallel-size"),
            *("--tensor-parallel-size", "--nnodes", "--node-rank", "--master-port"),
            *("--data-parallel-size-local", "--data-parallel-start-rank", "--data-parallel-rpc-port"),
        ):
            option(parser, name, type=int)
        for name in (
            *("--distributed-executor-backend", "--dtype", "--kv-cache-dtype", "--quantization"),
            *("--revision", "--master-addr", "--data-parallel-address", "--hf-overrides"),
        ):
            option(parser, name)
        for name in (
            *("--enable-chunked-prefill", "--enable-expert-parallel", "--enable-lora"),
            *("--enable-prefix-caching", "--enforce-eager", "--trust-remote-code"),
            *("--headless", "--data-parallel-hybrid-lb", "--async-scheduling"),
        ):
            option(parser, name, action=argparse.BooleanOptionalAction)
        return parser


class SglangArgs(EngineArgs):
    @staticmethod
    def add_cli_args(parser, **_):
        option(parser, "--model-path", "--model", required=True)
        option(parser, "--disaggregation-mode", choices=["null", "prefill", "decode"], default="null")
        option(parser, "--disaggregation-transfer-backend", choices=["mooncake", "nixl"])
        option(parser, "--tensor-parallel-size", "--tp-size", "--tp", dest="tp_size", type=int, default=1)
        option(parser, "--pipeline-parallel-size", "--pp-size", dest="pp_size", type=int, default=1)
        option(parser, "--data-parallel-size", "--dp-size", "--dp", dest="dp_size", type=int, default=1)
        option(parser, "--expert-parallel-size", "--ep-size", "--ep", dest="ep_size", type=int, default=1)
        option(parser, "--mem-fraction-static", type=float)
        option(parser, "--lora-paths", nargs="*")
        for name in (
            *("--chunked-prefill-size", "--context-length", "--disaggregation-bootstrap-port"),
            *("--max-lora-rank", "--max-running-requests", "--page-size", "--port"),
            *("--nnodes", "--node-rank"),
        ):
            option(parser, name, type=int)
        for name in (
            *("--dllm-algorithm", "--dtype", "--elastic-ep-backend", "--host", "--kv-cache-dtype"),
            *("--kv-events-config", "--load-format", "--quantization", "--reasoning-parser", "--revision"),
            *("--served-model-name", "--tool-call-parser", "--dist-init-addr"),
        ):
            option(parser, name)
        for name in (
            *("--disable-radix-cache", "--enable-dp-attention", "--enable-lora", "--enable-metrics"),
            *("--skip-tokenizer-init", "--trust-remote-code"),
        ):
            option(parser, name, action="store_true", default=False)

    @classmethod
    def from_cli_args(cls, args):
        raise Parsed  # what follows asks the engine about the model


class Parsed(Exception):
    """All that can be parsed without the engine is."""


class EngineParser(argparse.ArgumentParser):
    """Names are given in full: short forms depend on what else the engine knows."""

    def __init__(self, *args, **settings):
        super().__init__(*args, **{**settings, "allow_abbrev": False})


def install():
    """From here on, imports of packages that are missing give stand-ins."""
    sys.meta_path.append(StandIns())
    sizes = ("max_batch_size", "max_num_tokens", "max_seq_len", "max_beam_width")
    fields = {name: types.SimpleNamespace(default=1) for name in sizes}
    for module, name, value in (
        ("vllm.utils", "FlexibleArgumentParser", EngineParser),
        ("vllm.utils.argparse_utils", "FlexibleArgumentParser", EngineParser),
        ("vllm.engine.arg_utils", "AsyncEngineArgs", VllmArgs),
        ("vllm.config", "KVTransferConfig", EngineArgs),
        ("vllm.distributed.kv_events", "KVEventsConfig", EngineArgs),
        ("sglang.srt.server_args", "ServerArgs", SglangArgs),
        ("tensorrt_llm.llmapi", "BuildConfig", types.SimpleNamespace(model_fields=fields)),
    ):
        setattr(importlib.import_module(module), name, value)
