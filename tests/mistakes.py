"""Mistakes, one for each cure that the program offers, and what is typed once the cure was read."""

from collections.abc import Mapping
from typing import NamedTuple


class Mistake(NamedTuple):
    """A command line that meets a hint, and those that the hint leads to."""

    line: str
    """What is typed behind `actcli`."""
    cures: tuple[str, ...]
    """What is then typed; a line for the shell if it has a pipe."""
    stdin: str = ""
    """What comes through a pipe, to both."""
    is_screen: bool = False
    """Whether stdout is a terminal."""
    limits: Mapping[str, int] = {}
    """Limits of the program that are met sooner, by the path of their constant."""
    missing: tuple[str, ...] = ()
    """Modules that are not installed."""


MISTAKES: Mapping[str, Mistake] = {
    # Names of functions.
    "`actcli list` shows what is": Mistake("eval BatchNorm 1", ("list",)),
    "`actcli list` shows every name": Mistake(f"eval {'x+' * 6000}1 1", ("list",)),
    "`actcli plot {}` draws them, and `actcli compare` sets them side by side": Mistake(
        "eval swish:beta=1,2 1", ("plot swish:beta=1,2", "compare swish:beta=1,2")
    ),
    "`actcli list` shows every name; an expression in x such as 'x*sigmoid(x)' will do too": Mistake(
        "eval qqqq 1", ("list", "eval 'x*sigmoid(x)' 1")
    ),
    "`actcli list` alone shows every name and use": Mistake("list qqqq", ("list",)),
    "`actcli eval {} 3,1,-3`": Mistake("eval '2*softmax(x)' 1", ("eval softmax 3,1,-3",)),
    "actcli eval {} 3,1,-3": Mistake("grad sparsemax --layers 3 1 2", ("eval sparsemax 3,1,-3",)),
    "write gelu@jax(x)": Mistake("eval 'relu(x)@jax' 1", ("eval 'gelu@jax(x)' 1",)),
    # Commands.
    "`{} -h` shows what it takes": Mistake("eval relu 1 --nosuch", ("eval -h",)),
    "actcli compare gelu silu -2 0 2; `actcli list` shows every name": Mistake(
        "compare 1 2", ("compare gelu silu -2 0 2", "list")
    ),
    "actcli plot sigmoid; `actcli list` shows every name": Mistake("plot", ("plot sigmoid", "list")),
    "leave out --from": Mistake("eval relu --from f32 -i x.npy", ("eval relu -i x.npy",)),
    "leave out --saturation": Mistake("compare softmax 1 2 --saturation 5%", ("compare softmax 1 2",)),
    "leave out --plot": Mistake("compare softmax relu 1,2 --plot", ("compare softmax relu 1,2",)),
    "--format table --plot": Mistake(
        "compare relu gelu --format csv --plot", ("compare relu gelu --format table --plot",)
    ),
    "leave out one of them, or --format json": Mistake(
        "compare relu 1 --mean 2 --format csv", ("compare relu 1 --format csv", "compare relu 1 --mean 2 --format json")
    ),
    "--flatten pairs them value by value": Mistake(
        "compare relu --input 1x2.txt --against 2x1.txt", ("compare relu --input 1x2.txt --against 2x1.txt --flatten",)
    ),
    "--on-error nan keeps its place": Mistake(
        "compare relu --input bad.txt --against bad.txt --on-error skip",
        ("compare relu --input bad.txt --against bad.txt --on-error nan",),
    ),
    "save it, and name the file with --input FILE": Mistake(
        "compare relu --input - --column x --against y",
        ("compare relu --input t.csv --column x --against y",),
        "x,y\n1,1\n",
    ),
    "actcli softmax --exact can": Mistake("eval softmax 1 2 --exact", ("softmax 1 2 --exact",)),
    "leave out --seed": Mistake("eval relu 1 --seed 3", ("eval relu 1",)),
    "actcli eval sigmoid --inverse 0.9": Mistake("eval softmax --inverse 1,2", ("eval sigmoid --inverse 0.9",)),
    "its Jacobian is diagonal: `actcli grad {}` gives the slopes": Mistake("grad gelu 1 --jacobian", ("grad gelu 1",)),
    "give x and f(x), as in: actcli identify 1,0.8413 -1,-0.1587": Mistake(
        "identify -", ("identify 1,0.8413 -1,-0.1587",)
    ),
    "name the results with --against FILE, or two columns with --column x,y": Mistake(
        "identify --input 1x3.txt",
        ("identify --input x.npy --against y.npy", "identify --input t.csv --column x,y"),
    ),
    "actcli plot softmax 3,1,-3 --temperature 0.1:10": Mistake(
        "plot softmax --temperature 0.1:10", ("plot softmax 3,1,-3 --temperature 0.1:10",)
    ),
    "write --temperature 0.1:10": Mistake(
        "plot softmax 3,1,-3 --temperature 0:10", ("plot softmax 3,1,-3 --temperature 0.1:10",)
    ),
    "--output FILE.svg, or pdf, png, html": Mistake(
        "plot relu --size paper", tuple(f"plot relu --size paper --output FILE.{each}" for each in ("svg", "html"))
    ),
    "actcli plot gelu gelu-tanh --difference": Mistake("plot relu --difference", ("plot gelu gelu-tanh --difference",)),
    "give inputs with --input FILE": Mistake(
        "plot relu --input zero.npy --against zero.npy", ("plot relu --input x.npy --against off.npy",)
    ),
    "`actcli compare --against` counts what is not finite": Mistake(
        "plot relu --input x.npy --against nan.npy", ("compare relu --input x.npy --against nan.npy",)
    ),
    "name the column of the classes with --target-column COLUMN": Mistake(
        "softmax --column a,b --target-column none --ignore-index -100 --fit",
        ("softmax --column a,b --target-column class --ignore-index -100 --fit",),
        "none,class,a,b\n-100,0,3,1\n-100,0,3,1\n-100,1,3,1\n",
    ),
    "--format csv": Mistake("eval sigmoid --inverse 2 --format npy", ("eval sigmoid --inverse 2 --format csv",)),
    "--format csv shows them": Mistake("plot relu --digits 3", ("plot relu --digits 3 --format csv",)),
    "--width {} --height {}": Mistake("plot relu --width 5 --height 50", ("plot relu --width 20 --height 50",)),
    "{} is the least that does; or --layout overlay": Mistake(
        "plot swish:beta=1:9 --layout grid --width 40 --height 12", ("plot swish:beta=1:9 --layout overlay",)
    ),
    # Softmax.
    "--format tsv has a column for them": Mistake(
        "softmax 1 2 --labels a,b --format plain", ("softmax 1 2 --labels a,b --format tsv",)
    ),
    "write its index, counted from 0: --target 1, its label, or a distribution: 0.2,0.8": Mistake(
        "softmax 1 2 3 --target cat",
        (
            "softmax 1 2 3 --target 2",
            "softmax 2,1 --labels cat,dog --target cat",
            "softmax 1 2 --target 0.2,0.8",
        ),
    ),
    "--one-hot is the limit as it falls to 0": Mistake("softmax 1 2 --temperature 0", ("softmax 1 2 --one-hot",)),
    # Columns.
    "name the columns of the vector with --column": Mistake(
        "eval relu --input t.csv --keep x,y --format csv",
        ("eval relu --input t.csv --keep x,y --format csv --column x",),
    ),
    "{} 1 is the first; --header where the first line holds names": Mistake(
        "eval relu --column 0", ("eval relu --column 1", "eval relu --column 0 --header"), "5,0\n1,2\n"
    ),
    "number them from 1: {} 2-11": Mistake("eval relu --column x", ("eval relu --column 2-11",), f"{'1,' * 10}1\n"),
    "choose by number: {} {}": Mistake("eval relu --column a", ("eval relu --column 1",), "a,a\n1,2\n"),
    "--column NAME, which may stand for several: it has {}": Mistake(
        "eval relu", ("eval relu --column a",), '{"a": 1, "b": "cat"}\n'
    ),
    "--column NAME chooses: the first has {}": Mistake(
        "eval relu", ("eval relu --column a",), '{"a": 1}\n{"a": 2, "b": 3}\n'
    ),
    "--target-column is for CSV, TSV and JSON": Mistake(
        "softmax --input x.npy --target-column 1", ("softmax --input labels.csv --target-column 1",)
    ),
    "--keep is for CSV, TSV and JSON": Mistake(
        "eval relu --input x.npy --keep 1 --format csv", ("eval relu --input t.csv --keep x --format csv",)
    ),
    "leave out --keep": Mistake("compare relu --input t.csv --keep x", ("compare relu --input t.csv",)),
    "--on-error skip leaves such lines out": Mistake(
        "eval relu --column a", ("eval relu --column a --on-error skip",), "a,b\n1,2\n3\n"
    ),
    # Files and formats.
    "--from json or --from jsonl": Mistake(
        "eval relu --from json-seq", ("eval relu --from json", "eval relu --from jsonl"), "[1]\n"
    ),
    "choose: --array {}": Mistake("eval relu --input two.npz", ("eval relu --input two.npz --array a",)),
    "name their type: --dtype {}": Mistake(
        "eval relu --input raw.npy", ("eval relu --input raw.npy --dtype bfloat16",)
    ),
    "save it in place of its print: numpy.save('x.npy', x), and --input x.npy": Mistake(
        "eval relu", ("eval relu --input x.npy",), "[1. 2. ... 3. 4.]\n"
    ),
    "--from names the format: npy, or of raw values f32, bf16": Mistake(
        "eval relu", ("eval relu --from npy --input x.npy",), "1\n\0\n"
    ),
    "leave out --from, or say --from npy": Mistake(
        "eval relu --input x.npy --from text", ("eval relu --input x.npy", "eval relu --input x.npy --from npy")
    ),
    "if it is Latin-1, as of old spreadsheets: iconv -f LATIN1 -t UTF-8 FILE | actcli ...": Mistake(
        "eval relu --column x --keep name --format csv --input latin.csv",
        ("|iconv -f LATIN1 -t UTF-8 latin.csv | actcli eval relu --column x",),
    ),
    "unpack it once: {} -dc FILE{} | actcli ...": Mistake(
        "eval relu --input twice.gz", ("|gzip -dc twice.gz | actcli eval relu",)
    ),
    "write to another file, or with --output FILE replace it once all of it is read": Mistake(
        "|actcli eval relu --input 1x2.txt >> 1x2.txt",
        ("|actcli eval relu --input 1x2.txt > other.txt", "eval relu --input 1x2.txt --output 1x2.txt"),
    ),
    "type values (-3 0 3), pipe them in, or name a file with --input FILE": Mistake(
        "eval relu", ("eval relu -3 0 3", "eval relu -", "eval relu --input 1x2.txt"), is_screen=True
    ),
    "pipe them: seq {} {} {} | actcli …": Mistake(
        "eval relu 0:20000000", ("|seq 0 1 20000000 | head -3 | actcli eval relu",)
    ),
    # Output.
    "one of {}, or say --format": Mistake(
        "eval relu 1 --output a.xyz", ("eval relu 1 --output a.csv", "eval relu 1 --output a.xyz --format csv")
    ),
    "--format {}": Mistake(
        "eval relu 1 --summary --format plain",
        tuple(f"eval relu 1 --summary --format {each}" for each in ("table", "csv", "tsv", "jsonl", "json")),
    ),
    "--output answer.csv, or - for stdout": Mistake(
        "eval relu 1 --output ''", ("eval relu 1 --output answer.csv", "eval relu 1 --output -")
    ),
    "leave --output out, and pipe: ... --format csv | gzip > FILE.csv.gz": Mistake(
        "eval relu 1 --output a.csv.gz", ("|actcli eval relu 1 --format csv | gzip > FILE.csv.gz",)
    ),
    "type values, pipe them in, or --input FILE": Mistake(
        "compare relu --summary", ("compare relu 1 2 --summary", "compare relu --input 1x2.txt --summary")
    ),
    "--output FILE.{}, or pipe it": Mistake("plot relu --format pdf", ("plot relu --output FILE.svg",), is_screen=True),
    "--format plain prints it": Mistake(
        "eval relu nan --dtype float4_e2m1fn --output n.npy", ("eval relu nan --dtype float4_e2m1fn --format plain",)
    ),
    "--format tsv or --format json": Mistake("list --format npy", ("list --format tsv", "list --format json")),
    "--format f64 holds every answer": Mistake("eval relu 256 --format u8", ("eval relu 256 --format f64",)),
    "--dtype {}, or leave out one of them": Mistake(
        "eval relu 1 --dtype float32 --format f16",
        ("eval relu 1 --dtype float16 --format f16", "eval relu 1 --dtype float32", "eval relu 1 --format f16"),
    ),
    "--format jsonl holds vectors of any length": Mistake(
        "eval relu --format npy", ("eval relu --format jsonl",), "1,2\n3\n"
    ),
    "--layers 1:{}": Mistake("plot relu --layers 3", ("plot relu --layers 1:10",)),
    "--layers {} is the most": Mistake("compare relu --layers 1,1e9", ("compare relu --layers 1,1000",)),
    "--axis {} is its last one": Mistake("eval relu --input x.npy --axis 3", ("eval relu --input x.npy --axis 0",)),
    "check the type that --from or the suffix names": Mistake(
        "eval relu --from f32", ("eval relu --from u8",), "three"
    ),
    "leave out --summary, or --exact and over 17 --digits": Mistake(
        "eval relu 1 --summary --exact", ("eval relu 1 --exact", "eval relu 1 --summary")
    ),
    "--fail-over 4ulp": Mistake(
        "compare relu --input x.npy --against y.npy --fail-over 10%",
        ("compare relu --input x.npy --against y.npy --fail-over 4ulp",),
    ),
    "--fail-over 10%": Mistake("eval gelu 1 2 --fail-over 4ulp", ("eval gelu 1 2 --fail-over 10%",)),
    "--output FILE names another": Mistake("eval relu 1 --output no/a.csv", ("eval relu 1 --output FILE.csv",)),
    "--format json holds them all": Mistake(
        "softmax 1 2 --target 0 --jacobian --format csv", ("softmax 1 2 --target 0 --jacobian --format json",)
    ),
    "--format tsv has a column for each": Mistake(
        "compare relu gelu 1 --format plain", ("compare relu gelu 1 --format tsv",)
    ),
    # Functions and their parameters.
    "it needs {}": Mistake("eval softplus:beta=0 1", ("eval softplus:beta=2 1",)),
    "write torch.clamp(x, min=0)": Mistake("eval torch.clamp 1", ("eval 'torch.clamp(x, min=0)' 1",)),
    "give it: PRelu@onnx:0.25": Mistake("eval PRelu@onnx 1", ("eval PRelu@onnx:0.25 1",)),
    "write gelu@jax": Mistake("eval gelu@ 1", ("eval gelu@jax 1",)),
    "say which: {}": Mistake("eval nn.gelu 1", ("eval gelu@flax 1", "eval gelu@mlx 1")),
    "@ names a library: {}": Mistake("eval gelu@nope 1", ("eval gelu@torch 1", "eval gelu@mlx 1")),
    "these have: {}": Mistake("eval sparsemax@torch 1 2", ("eval sparsemax@keras 1,2", "eval sparsemax@tfa 1,2")),
    "no library has; write {} alone": Mistake("eval dsilu@torch 1", ("eval dsilu 1",)),
    "sweep one parameter, and fix the others": Mistake(
        "plot hardtanh:min_val=-1,-2,max_val=1,2", ("plot hardtanh:min_val=-1,-2,max_val=1",)
    ),
    "write {}:{}": Mistake("eval swish=2 1", ("eval swish:2 1",)),
    "write {}:{}, or '{}({}) + 0*x' for the value": Mistake(
        "eval 'elu(2)' 1", ("eval elu:2 1", "eval 'elu(2) + 0*x' 1")
    ),
    "it is {}: write that with other numbers": Mistake(
        "eval selu@mlx:alpha=1 1", ("eval '1.0507 * elu(x, alpha=1)' 1",)
    ),
    "its parameters: {}": Mistake("eval elu:gamma=1 1", ("eval elu:alpha=1 1",)),
    "{} has no parameters": Mistake("eval relu:3 1", ("eval relu 1",)),
    "one function: {}:{}; one for each value: {}:{}": Mistake(
        "plot rrelu:lower=0.1,0.3", ("plot rrelu:lower=0.1,upper=0.3", "plot rrelu:upper=1/3,lower=0.1,0.3")
    ),
    "give its range a longer step: {}=START:STOP:STEP": Mistake(
        "plot swish:beta=0:1:0.0001", ("plot swish:beta=0:1:0.5",)
    ),
    "these have one: {}": Mistake("grad gumbel_softmax --jacobian 1 2", ("grad softmax --jacobian 1 2",)),
    # Expressions.
    r"write \frac{1}{2}": Mistake(r"eval '\frac 12 x' 1", (r"eval '\frac{1}{2} x' 1",)),
    "write x^{10}": Mistake(r"eval '\sigma(x)^10' 1", (r"eval '\sigma(x)^{10}' 1",)),
    "add }": Mistake(r"eval '\frac{1}{2' 1", (r"eval '\frac{1}{2}' 1",)),
    "add )": Mistake("eval '(x' 1", ("eval '(x)' 1",)),
    "leave it out": Mistake(r"eval '\tanh{x}}' 1", (r"eval '\tanh{x}' 1",)),
    "write |x| or abs(x)": Mistake("eval '1+|x' 1", ("eval '1+|x|' 1", "eval '1+abs(x)' 1")),
    "write **: {}": Mistake("eval x^2 1", ("eval x**2 1",)),
    "write lambda x: x*sigmoid(x)": Mistake("eval 'lambda x y: x' 1", ("eval 'lambda x: x*sigmoid(x)' 1",)),
    "give it one: {}=1": Mistake("eval 'lambda x, a: a*x' 1", ("eval 'lambda x, a=1: a*x' 1",)),
    "write one in x, such as 'x*sigmoid(x)'": Mistake("eval 'lambda x:' 1", ("eval 'x*sigmoid(x)' 1",)),
    "write lambda {}: {}": Mistake("eval 'x => 2*x' 1", ("eval 'lambda x: 2*x' 1",)),
    "type what follows alone: '{}'": Mistake("eval 'import math; math.tanh(x)' 1", ("eval 'math.tanh(x)' 1",)),
    "type the function alone: relu, or 'torch.relu(x)'": Mistake(
        "eval 'import torch' 1", ("eval relu 1", "eval 'torch.relu(x)' 1")
    ),
    "leave it out: {}; or write whose: np, torch.nn.functional, jax.nn, tf.nn": Mistake(
        "eval 'tourch.relu(x)' 1",
        ("eval relu 1", "eval 'np.tanh(x)' 1", "eval torch.nn.functional.relu 1", "eval jax.nn.relu 1"),
    ),
    "write {}(x)": Mistake("eval 'sin x' 1", ("eval 'sin(x)' 1",)),
    "write {}(x, {})": Mistake("eval '2*elu:0.5' 1", ("eval '2*elu(x, 0.5)' 1",)),
    "write x if x > 0 else 0.01*x": Mistake("eval 'x if x > 0' 1", ("eval 'x if x > 0 else 0.01*x' 1",)),
    "write x if x > 0 else 0.01*x, {}": Mistake(
        "eval 'x if x else 1' 1", ("eval 'x if x > 0 else 0.01*x' 1", "eval 'where(x > 0, x, 0)' 1")
    ),
    "split it up": Mistake(
        f"eval '{'abs(' * 150}x{')' * 150}' 1", (f"|actcli eval '{'abs(' * 50}x{')' * 50}' 1 | actcli eval 'abs(x)'",)
    ),
    "write * between the factors": Mistake("eval '2x' 1", ("eval '2*x' 1",)),
    "it has x, numbers, pi, e, + - * / **, where(x > 0, a, b), exp, log, max and their kin, `actcli list`": Mistake(
        "eval 'x+[1]' 1", ("eval 'where(x > 0, x, exp(x)) + log(max(x, pi)) / e' 1", "list")
    ),
    "write digits, a point, an exponent: 1.5e-3": Mistake("eval 'x+0x1F' 1", ("eval 'x+1.5e-3' 1",)),
    "the largest number is 1.7976931348623157e308, the least 5e-324": Mistake(
        "eval 'x+1e400' 1", ("eval 'x+1.7976931348623157e308' 1", "eval 'x+5e-324' 1")
    ),
    "the input is called x: {}": Mistake("eval 'y*y' 2", ("eval 'x*x' 2",)),
    "write clip(x, -1, 1), or clip(x, min=0)": Mistake(
        "eval 'clip(x)' 1", ("eval 'clip(x, -1, 1)' 1", "eval 'clip(x, min=0)' 1")
    ),
    "it has no parameters": Mistake("eval 'x + relu(x, 3)' 1", ("eval 'x + relu(x)' 1",)),
    "the value lies too close to a tie, a branch or the edge of a domain, or is too large to enclose": Mistake(
        "eval 'sqrt(sin(pi))+x' 1 --exact", ("eval 'sqrt(sin(3))+x' 1 --exact",)
    ),
    "leave out --digits": Mistake("eval 'log(x)' --inverse 1e9 --digits 30", ("eval 'log(x)' --inverse 1e9",)),
    # Commands and options.
    "leave out one of them": Mistake("eval relu 1 --dtype bf16 --dtype f16", ("eval relu 1 --dtype bf16",)),
    "the commands: {}": Mistake("qqqq 1", ("list", "softmax 1")),
    "`{}`": Mistake("eval 1 relu", ("eval relu 1",)),
    "name a file, or a function as Python imports it: torch.nn.functional.gelu": Mistake(
        "compare tanh --input x.npy --against nosuch.tanh",
        ("compare relu --input x.npy --against y.npy", "compare tanh --input x.npy --against numpy.tanh"),
    ),
    "check its name": Mistake(
        "compare tanh --input x.npy --against numpy.tonh", ("compare tanh --input x.npy --against numpy.tanh",)
    ),
    "name a function of one array, in a module of your own if need be": Mistake(
        "compare tanh --input x.npy --against numpy.pi", ("compare tanh --input x.npy --against numpy.tanh",)
    ),
    "actcli compare gelu --input x.npy --against y.npy": Mistake(
        "compare gelu 1 --slope", ("compare gelu --input x.npy --against y.npy",)
    ),
    "--layers 1,2,5,10": Mistake("compare relu --init he", ("compare relu --init he --layers 1,2,5,10",)),
    "--layers 1:10": Mistake("plot relu --init he", ("plot relu --init he --layers 1:10",)),
    "name it with --input FILE": Mistake(
        "compare relu --against y.npy", ("compare relu --against y.npy --input x.npy",)
    ),
    "name a file or a pattern: --input 'layer*.npy'": Mistake(
        "compare relu --units", ("compare relu --units --input 'x*.npy'", "compare relu --units --input x.npy")
    ),
    "name one function": Mistake(
        "compare relu gelu --input x.npy --against y.npy", ("compare relu --input x.npy --against y.npy",)
    ),
    "give '-' a single time": Mistake("eval relu --input - --input -", ("eval relu --input -",), "1\n"),
    "one logit is x, and the others are numbers": Mistake("plot softmax x,x,1", ("plot softmax x,2,1",)),
    "{}, or {}": Mistake("plot gelu x,1", ("plot softmax x,1,-3", "plot softmax 3,1,-3 --temperature 0.1:10")),
    "{}:{}": Mistake("plot relu -1:5 --log-x", ("plot relu 0.0005:100 --log-x",)),
    "write digits: 5": Mistake("eval relu 1 --digits many", ("eval relu 1 --digits 5",)),
    "{} {} is the most": Mistake("plot relu --width 1e7", ("plot relu --width 1000",)),
    "{} is the most": Mistake("softmax 1 2 --temperature 1:2000", ("softmax 1 2 --temperature 1:1000",)),
    "0 is the first axis, -1 the last": Mistake(
        "eval relu --input x.npy --axis last", ("eval relu --input x.npy --axis 0", "eval relu --input x.npy --axis -1")
    ),
    "write digits: -100": Mistake(
        "softmax --input fit.csv --target-column label --ignore-index 1.5",
        ("softmax --input fit.csv --target-column label --ignore-index -100",),
    ),
    "write 5% or 0.05": Mistake(
        "compare relu --saturation 2", ("compare relu --saturation 5%", "compare relu --saturation 0.05")
    ),
    "write 5%, 0.05 or 4ulp": Mistake(
        "eval relu 1 --fail-over 2", ("eval relu 1 --fail-over 5%", "eval relu 1 --fail-over 0.05")
    ),
    "write 4ulp": Mistake(
        "compare relu --input x.npy --against y.npy --fail-over xulp",
        ("compare relu --input x.npy --against y.npy --fail-over 4ulp",),
    ),
    "write 0.5, 2 or 1/3": Mistake(
        "compare relu --mean 0 --sigma 0", tuple(f"compare relu --sigma {each}" for each in ("0.5", "2", "1/3"))
    ),
    "write 0.5, -2 or 1/3": Mistake(
        "compare relu --mean inf", tuple(f"compare relu --mean {each}" for each in ("0.5", "-2", "1/3"))
    ),
    "write 1,2,5,10 or 1:10": Mistake(
        "compare relu --layers few:more", ("compare relu --layers 1,2,5,10", "compare relu --layers 1:10")
    ),
    "write xavier, he, auto, or a number above 0: 1.5": Mistake(
        "compare relu --layers 2 --init wild",
        tuple(f"compare relu --layers 2 --init {each}" for each in ("xavier", "he", "auto", "1.5")),
    ),
    "write a number above 0": Mistake("softmax 1 2 --temperature -1", ("softmax 1 2 --temperature 0.5",)),
    "write the lower and the upper one: -1:1": Mistake("plot relu --ylim 2", ("plot relu --ylim -1:1",)),
    "eval, grad and softmax certify more": Mistake(
        "compare relu 1 --digits 40",
        ("eval relu 1 --digits 40", "grad relu 1 --digits 40", "softmax 1 --digits 40"),
    ),
    "name a file in it: {}answer.csv": Mistake(
        "eval relu 1 --output folder/", ("eval relu 1 --output folder/answer.csv",)
    ),
    "use it with element-wise functions and values": Mistake(
        "eval softmax 1 2 --summary --fail-over 5%", ("eval relu 1 2 --summary --fail-over 50%",)
    ),
    "free some space, or redirect elsewhere with >": Mistake(
        "|actcli eval relu 1 > /dev/full", ("|actcli eval relu 1 > elsewhere.txt",)
    ),
    "standard output is closed: redirect it with >": Mistake(
        "|actcli eval relu 1 >&-", ("|actcli eval relu 1 > elsewhere.txt",)
    ),
    # Number types.
    "take a type of at most 16 bits: all:{}": Mistake("eval relu all:float32", ("eval relu all:float8_e4m3fn",)),
    "the types are {} and int8:SCALE,ZERO": Mistake(
        "eval relu 1 --dtype half-float", ("eval relu 1 --dtype float16", "eval relu 1 --dtype int8:0.1,0")
    ),
    "{}:{} makes the largest number of what is larger": Mistake(
        "eval relu 1 --dtype float8_e4m3fn:clip", ("eval relu 1 --dtype float8_e4m3fn:saturate",)
    ),
    "write the worth of a step and the integer that stands for 0: int8:0.05,-3": Mistake(
        "eval relu 1 --dtype int8:0", ("eval relu 1 --dtype int8:0.05,-3",)
    ),
    # Targets, labels and fits.
    "name their column with --target-column COLUMN": Mistake(
        "softmax --input fit.csv --fit", ("softmax --input fit.csv --fit --target-column label",)
    ),
    "name the true class with --target K, counted from 0": Mistake(
        "softmax 1 2 --smooth 0.1", ("softmax 1 2 --smooth 0.1 --target 0",)
    ),
    "name the column with --target-column COLUMN": Mistake(
        "softmax --input fit.csv --ignore-index -100",
        ("softmax --input fit.csv --ignore-index -100 --target-column label",),
    ),
    "name it with --target K, counted from 0": Mistake(
        "softmax 1 2 --loss mse", ("softmax 1 2 --loss mse --target 0",)
    ),
    "give each class a name of its own": Mistake("softmax 1 2 --labels a,a", ("softmax 1 2 --labels a,b",)),
    "divide all logits by the largest of them, and multiply the temperature by it": Mistake(
        "softmax --target-column 1 --fit --input huge.csv", ("softmax --target-column label --fit --input fit.csv",)
    ),
    "is it the right file of logits?": Mistake(
        "softmax --target-column 1 --fit", ("softmax --target-column label --fit --input fit.csv",), "0,1,1\n"
    ),
    "the largest logit is that of the class in every vector: fit it to vectors that the network did not learn": Mistake(
        "softmax --target-column 1 --fit", ("softmax --target-column label --fit --input fit.csv",), "0,3,1\n"
    ),
    "these logits tell no more than equal shares: is it the right column of classes?": Mistake(
        "softmax --target-column 1 --fit", ("softmax --target-column label --fit --input fit.csv",), "1,3,1\n"
    ),
    "give it a class and logits a line": Mistake(
        "softmax --target-column 1 --fit", ("softmax --target-column label --fit --input fit.csv",), "# none\n"
    ),
    "leave out the vectors that hold NaN": Mistake(
        "softmax --target-column 1 --fit --input nan.csv",
        ("|grep -v nan nan.csv | actcli softmax --target-column 1 --fit",),
    ),
    "write a large number in place of inf, or leave the vector out": Mistake(
        "softmax --target-column 1 --fit --input inf.csv",
        (
            "|sed s/inf/99/ inf.csv | actcli softmax --target-column 1 --fit",
            "|grep -v inf inf.csv | actcli softmax --target-column 1 --fit",
        ),
    ),
    "leave out the vectors whose target has probability 0": Mistake(
        "softmax --target-column 1 --fit --input minus.csv",
        ("|grep -v inf minus.csv | actcli softmax --target-column 1 --fit",),
    ),
    "leave out such vectors, or give the class no share": Mistake(
        "softmax --target-column 1 --smooth 0.1 --fit --input mask.csv",
        (
            "|grep -v inf mask.csv | actcli softmax --target-column 1 --smooth 0.1 --fit",
            "softmax --target-column 1 --fit --input mask.csv",
        ),
    ),
    "--ignore-index {} leaves the vectors of that class out of every mean": Mistake(
        "softmax --target-column 1", ("softmax --target-column 1 --ignore-index -100",), "-100,1,2\n0,1,2\n"
    ),
    "write the shares of a whole: 1/3,1/3,1/3": Mistake(
        "softmax 1 2 3 --target 1,1,1", ("softmax 1 2 3 --target 1/3,1/3,1/3",)
    ),
    "write numbers from 0 on": Mistake("softmax 1 2 --target=-1,2", ("softmax 1 2 --target 0.2,0.8",)),
    # Typed values.
    "write {}": Mistake("eval relu 3:0:1", ("eval relu 0:3:1",)),
    "one vector: 3 1 -3, without {}; several: {} with {} in each": Mistake(
        "softmax 3,1 2", ("softmax 3 1 2", "softmax 3,1,-3 0,1")
    ),
    "one value: write {}; several: {}": Mistake("eval relu 1,234.5", ("eval relu 1234.5", "eval relu 1 234.5")),
    "give it as a word of its own": Mistake("eval relu 0:3,1", ("eval relu 0:3 1",)),
    "several numbers are several words: leave out the quotes": Mistake("eval relu '1 2'", ("eval relu 1 2",)),
    "a vector is a list of numbers, a matrix a list of such lists": Mistake(
        "softmax '[1, [2, 3]]'", ("softmax '[1, 2, 3]'", "softmax '[[1, 2], [2, 3]]'")
    ),
    "paste arrays, tensors or lists": Mistake(
        "softmax '[zip([1, 2])]'", ("softmax '[1, 2]'", "softmax 'tensor([1., 2.])'", "softmax 'array([1, 2])'")
    ),
    # Text with two readings; tests/test_inputs_readings.py compares the answers.
    r"lines: tr '\r' '\n' < FILE; a single line: tr '\r' ' ' < FILE": Mistake(
        "eval relu --input cr.txt",
        (r"|tr '\r' '\n' < cr.txt | actcli eval relu", r"|tr '\r' ' ' < cr.txt | actcli eval relu"),
    ),
    r"a missing value: --from tsv; a blank: tr -s '\t' < FILE": Mistake(
        "eval relu --input tabs.txt",
        ("eval relu --input tabs.txt --from tsv --on-error nan", r"|tr -s '\t' < tabs.txt | actcli eval relu"),
    ),
    r"one vector: tr ';' ' ' < FILE; a vector a line: tr ';' '\n' < FILE": Mistake(
        "eval relu --input semicolons.txt",
        (
            "|tr ';' ' ' < semicolons.txt | actcli eval relu",
            r"|tr ';' '\n' < semicolons.txt | actcli eval relu",
        ),
    ),
    "decimals: --decimal-comma; {}": Mistake(
        "eval relu --input decimals.txt",
        ("eval relu --input decimals.txt --decimal-comma", r"|tr -s '; \t' , < decimals.txt | actcli eval relu"),
    ),
    "thousands: tr -d , < FILE; values: --from csv": Mistake(
        "eval relu --input thousands.txt",
        ("|tr -d , < thousands.txt | actcli eval relu", "eval relu --input thousands.txt --from csv"),
    ),
    "thousands: tr -d , < FILE; {}": Mistake(
        "eval relu --input millions.txt",
        ("|tr -d , < millions.txt | actcli eval relu", r"|tr -s '; \t' , < millions.txt | actcli eval relu"),
    ),
    # Text that is no number.
    "--on-error nan reads NaN, --on-error skip leaves its vector out": Mistake(
        "eval relu", ("eval relu --on-error nan", "eval relu --on-error skip"), "1,NA\n2,3\n"
    ),
    "--on-error skip leaves its vector out, --on-error nan reads NaN": Mistake(
        "eval relu", ("eval relu --on-error skip", "eval relu --on-error nan"), "1 2\n3 foo\n"
    ),
    "--header takes them for names, --no-header for values": Mistake(
        "eval relu --column 2", ("eval relu --column 2 --header", "eval relu --column 2 --no-header"), "id,0,1\nr,5,6\n"
    ),
    "--header takes the first line for names": Mistake("eval relu", ("eval relu --header",), "price\n1\n"),
    "quotes: tr -d '\"' < FILE": Mistake(
        "eval relu --input quotes.txt", ("|tr -d '\"' < quotes.txt | actcli eval relu",)
    ),
    r"a blank of thousands: sed 's/\xc2\xa0//g; s/\xe2\x80\xaf//g' FILE": Mistake(
        "eval relu --input blanks.txt",
        (r"|sed 's/\xc2\xa0//g; s/\xe2\x80\xaf//g' blanks.txt | actcli eval relu",),
    ),
    r"a table of LaTeX: sed 's/&/,/g; s/\\.*//' FILE": Mistake(
        "eval relu --input latex.txt", (r"|sed 's/&/,/g; s/\\.*//' latex.txt | actcli eval relu",)
    ),
    "full-width commas: sed 's/，/,/g; s/、/,/g' FILE": Mistake(
        "eval relu --from csv --input wide.csv",
        ("|LC_ALL=C sed 's/，/,/g; s/、/,/g' wide.csv | actcli eval relu --from csv",),
    ),
    "full-width separators: sed -E 's/，|、|；/,/g' FILE": Mistake(
        "eval relu --from csv --input wide.csv --column 2",
        ("|LC_ALL=C sed -E 's/，|、|；/,/g' wide.csv | actcli eval relu --from csv --column 2",),
    ),
    "full-width blanks: write plain ones": Mistake(
        "eval relu --column 2", ("|echo 1 2 | actcli eval relu --column 2",), "1\N{IDEOGRAPHIC SPACE}2\n"
    ),
    "a dash: sed 's/–/-/g; s/—/-/g' FILE": Mistake(
        "eval relu --input dashes.txt",
        ("|LC_ALL=C sed 's/–/-/g; s/—/-/g' dashes.txt | actcli eval relu",),
    ),
    "leave out the commas of thousands, or --on-error nan": Mistake(
        "eval relu --from csv", ("eval relu --from csv --on-error nan",), '1,"1,234.5"\n'
    ),
    "a decimal comma: --decimal-comma": Mistake(
        "eval relu --from csv", ("eval relu --from csv --decimal-comma",), '1;"1,5"\n'
    ),
    "with --decimal-comma a number has no points: leave out those of thousands, or the option": Mistake(
        "eval relu --decimal-comma --input points.txt",
        ("|tr -d . < points.txt | actcli eval relu --decimal-comma", "eval relu 1.5"),
    ),
    "a comma is missing": Mistake("eval relu", ("eval relu 1,2",), "[1 2, 3]\n"),
    "leave out what is no array": Mistake("eval relu", ("eval relu '[1. 2.]'",), "[1. 2.]\nand\n"),
    "convert it: iconv -f UTF-16 -t UTF-8": Mistake(
        "eval relu --from text --input utf16.txt", ("|iconv -f UTF-16 -t UTF-8 utf16.txt | actcli eval relu",)
    ),
    # Columns.
    "it has {}": Mistake("eval relu --column nope --input t.csv", ("eval relu --column y --input t.csv",)),
    "name each column, without a pattern": Mistake(
        "eval relu --input t.csv --input k.csv --column x --keep 'y*' --format csv",
        ("eval relu --input t.csv --input k.csv --column x --keep y --format csv",),
    ),
    "name a single one": Mistake(
        "softmax --input fit.csv --target-column '*a*'", ("softmax --input fit.csv --target-column label",)
    ),
    "write 2-11, 3- or -4": Mistake(
        "eval relu --input t.csv --column 2-1",
        tuple(f"eval relu --input t.csv --column {each}" for each in ("1-2", "2-", "-1")),
    ),
    "rename one of them": Mistake(
        "eval relu --column a.b", ("eval relu --input records.jsonl --column a.b",), '{"a": {"b": 1}, "a.b": 2}\n'
    ),
    'double a quote that is text: ""; or take all out: tr -d \'"\' < FILE': Mistake(
        "eval relu --input stray.csv --column x",
        (
            '|sed \'s/"a"b/"a""b"/\' stray.csv | actcli eval relu --column x',
            "|tr -d '\"' < stray.csv | actcli eval relu --column x",
        ),
    ),
    "a table has no comments: grep -v '^#' FILE": Mistake(
        "eval relu --from csv --input remark.csv", ("|grep -v '^#' remark.csv | actcli eval relu",)
    ),
    "numpy.save writes a matrix, whose columns have numbers": Mistake(
        "eval relu --from f64 --input raw.bin --column 1", ("eval relu --input x.npy",)
    ),
    # Files.
    "name the files in it: --input '{}/*'": Mistake("eval relu --input batch/", ("eval relu --input 'batch/*'",)),
    "leave out {}": Mistake("eval relu 1 --column 2", ("eval relu 1",)),
    "write it again with numpy.save": Mistake("eval relu --input cut.npy", ("eval relu --input x.npy",)),
    "write it again with numpy.savez": Mistake(
        "eval relu --input cut.npz --array a", ("eval relu --input two.npz --array a",)
    ),
    "write it again with save_file of safetensors": Mistake(
        "eval relu --input cut.safetensors", ("eval relu --input w.safetensors",)
    ),
    "leave out what is empty": Mistake("eval relu --input empty.safetensors", ("eval relu --input w.safetensors",)),
    "save it flat": Mistake("eval relu --input deep.safetensors", ("eval relu --input w.safetensors",)),
    "save it as numbers": Mistake("eval relu --input bytes.npy", ("eval relu --input x.npy",)),
    "--axis {} is its last one; layers that have it are chosen by file, or by --array 'conv*'": Mistake(
        "compare relu --input two.npz --axis 3", ("compare relu --input two.npz --array 'a*' --axis 0",)
    ),
    "leave it out; layers that have it are chosen by file, or by --array 'conv*'": Mistake(
        "compare relu --input scalar.npy --axis 0 --input x.npy",
        ("compare relu --input scalar.npy --input x.npy", "compare relu --input x.npy --axis 0"),
    ),
    "pack it again, or unpack what is whole: gzip -dc FILE.gz > FILE": Mistake(
        "eval relu --input cut.txt.gz",
        ("|gzip -dc cut.txt.gz > cut.txt; actcli eval relu --input cut.txt", "eval relu --input whole.txt.gz"),
    ),
    "pack it again, or unpack what is whole: zstd -dc FILE.zst > FILE": Mistake(
        "eval relu --input cut.txt.zst", ("|zstd -dc -q cut.txt.zst > cut.txt; actcli eval relu --input cut.txt",)
    ),
    "save {}{}": Mistake(
        "eval relu --input tensors/checkpoint.pt --array wave",
        ("eval relu --input tensors/checkpoint.pt --array model.0.weight",),
    ),
    "save its tensors alone: torch.save(model.state_dict(), 'FILE.pt')": Mistake(
        "eval relu --input tensors/module.pt", ("compare relu --input tensors/checkpoint.pt",)
    ),
    "save tensor.contiguous()": Mistake(
        "eval relu --input tensors/expanded.pt --array wide", ("compare relu --input tensors/checkpoint.pt",)
    ),
    "write it again with torch.save": Mistake(
        "eval relu --input cut.pt", ("compare relu --input tensors/checkpoint.pt",)
    ),
    "save fewer tensors in a file": Mistake(
        "compare relu --input tensors/checkpoint.pt",
        ("eval relu --input tensors/alone.pt",),
        limits={"actcli.inputs.readers.checkpoints._PICKLE_LIMIT": 99},
    ),
    # What is larger than is held.
    "as a file, --input FILE.npy, it may be of any size": Mistake(
        "eval relu --input x.npy.gz", ("eval relu --input x.npy",), limits={"actcli.inputs.readers.npy.HELD_LIMIT": 9}
    ),
    "as a file, --input FILE.npz, it may be of any size": Mistake(
        "eval relu --input two.npz.gz --array a",
        ("eval relu --input two.npz --array a",),
        limits={"actcli.inputs.readers.npy.HELD_LIMIT": 9},
    ),
    "as a file, --input FILE.safetensors, it may be of any size": Mistake(
        "eval relu --input w.safetensors.gz",
        ("eval relu --input w.safetensors",),
        limits={"actcli.inputs.readers.tensors.HELD_LIMIT": 9},
    ),
    "save it by itself with numpy.save": Mistake(
        "eval relu --input packed.npz", ("eval relu --input x.npy",), limits={"actcli.inputs.readers.npy.HELD_LIMIT": 9}
    ),
    "a vector of an .npy file may be of any size": Mistake(
        "eval relu", ("eval relu --input x.npy",), "1 " * 999, limits={"actcli.inputs.streams.MEMORY_LIMIT": 999}
    ),
    "a vector stands on a line of its own": Mistake(
        "eval relu --input long.txt",
        ("|tr ' ' '\\n' < long.txt | actcli eval relu",),
        limits={"actcli.inputs.streams.LINE_LIMIT": 999},
    ),
    "JSON lines, a vector a line, and .npy files may be of any size": Mistake(
        "eval relu --input pretty.json",
        ("eval relu --input lines.jsonl", "eval relu --input x.npy"),
        limits={"actcli.inputs.readers.json.MEMORY_LIMIT": 999},
    ),
    "give it some of the vectors": Mistake(
        "softmax --input fit.csv --target-column label --fit",
        ("|sed 9q fit.csv | actcli softmax --target-column label --fit",),
        limits={"actcli.commands.softmax.fit._MOST_HELD": 3},
    ),
    "--format jsonl streams": Mistake(
        "eval relu 1 2 --output a.npy", ("eval relu 1 2 --format jsonl",), limits={"actcli.render.show.HELD_BYTES": 3}
    ),
    "redirect elsewhere with >": Mistake(
        "|ulimit -f 1; actcli eval relu 0:9999 > small.txt", ("|actcli eval relu 0:9999 > large.txt",)
    ),
    # What is not installed, until it is.
    "pip install 'actcli[exact]'": Mistake("eval relu 1 --exact", ("eval relu 1 --exact",), missing=("flint",)),
    "pip install 'actcli[dtypes]'; text and JSON need nothing": Mistake(
        "eval relu --output a.npy --dtype bf16 1",
        (
            "eval relu --output a.npy --dtype bf16 1",
            "eval relu 1 --dtype bf16",
            "eval relu 1 --dtype bf16 --format json",
        ),
        missing=("ml_dtypes",),
    ),
    "pip install 'actcli[png]', or --output FILE.svg": Mistake(
        "plot relu --output FILE.png", ("plot relu --output FILE.svg",), missing=("matplotlib",)
    ),
    "pip install 'actcli[zstd]', or unpack it: zstd -dc FILE.zst | actcli ...": Mistake(
        "eval relu --input whole.txt.zst",
        ("eval relu --input whole.txt.zst", "|zstd -dc whole.txt.zst | actcli eval relu"),
        missing=("backports.zstd", "compression.zstd"),
    ),
}
# What other tests meet, or what takes a machine of another kind.
ELSEWHERE: Mapping[str, str] = {
    "--debug shows where": "a bug, which nobody can order",
    "leave out --exact": "a curve that touches a value: test_command_eval_inverse",
    "install actcli anew": "an installation without its scripts: test_command_completion",
    "name them with --input 'dump/*.npy'": "test_command_compare_dask",
    "start one with `dask scheduler`, or check the address": "test_command_compare_dask",
    "start one with `dask worker {}`": "test_command_compare_dask",
    "pip install 'actcli[dask]'": "test_command_compare_dask, where the extra is there",
    "name one that gives the {} itself: compare --{} --against FILE": "a kernel of no library, for its slopes",
    "give another --dtype": "a number type that torch lacks",
    "set JAX_ENABLE_X64=1, or give --dtype float32": "jax, which is not among the tests' packages",
    "convert it: {}": "test_inputs_foreign: a file of each kind, with the library that writes it",
    'convert it: python -c "{}"': "test_inputs_arrays: arrays of objects, records and complex numbers",
    "give it less at a time, or stream it": "test_hostile: a process whose memory is limited",
    "save tensor.resolve_neg().resolve_conj()": "a tensor whose values are to be negated, which only torch saves",
    "the answer lies in {}": "test_render_sinks: a folder that ends before the answer does",
    "it is one of {}": "test_testing: a call of assert_ulp",
    "it is 0 or more": "test_testing: a call of assert_ulp",
}
