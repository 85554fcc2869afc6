"""The functions that are tried: every entry of the catalogue, and those with parameters at other values too."""

from collections.abc import Mapping

from actcli.catalog import FUNCTIONS, Activation, find
from tests.oracle.accuracy import OF_LIBRARIES

# Parameters in place: small, large and negative ones, and those at which a formula has other pieces.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "leaky-relu": ("0.2", "0", "-2"),
    "prelu": ("1e3",),
    "rrelu": ("-1,1",),
    "srelu": ("1,-3,0.5,0",),
    "step": ("2.5",),
    "threshold": ("-1,7",),
    "thresholded-relu": ("0",),
    "keras-relu": ("0.2,6,1", "negative_slope=-1"),
    "star-relu": ("2,0.5",),
    "nlrelu": ("1e-3",),
    "elu": ("1e-3", "-2"),
    "celu": ("1e-3", "1e3", "-2"),
    "swish": ("1e-3", "1e3", "-1.702", "0"),
    "eswish": ("-3",),
    "flatten-t-swish": ("0",),
    "mila": ("1.5",),
    "beta-mish": ("1e-3", "20"),
    "laplace": ("0,1", "-3,1e-3", "0.282095,0.707107"),
    "aria2": ("0.5,2", "3,1e-3"),
    "soft-clipping": ("20", "1e-3"),
    "hard-tanh": ("-2,0.5",),
    "weighted-tanh": ("1e-3", "-1e3"),
    "penalized-tanh": ("-2", "0"),
    "softcap": ("50", "1e-3"),
    "isru": ("1e-3", "1e3"),
    "isrlu": ("3",),
    "softplus": ("1e-3", "1e3", "-2"),
    "squareplus": ("1e-3", "1e3"),
    "hard-shrink": ("0",),
    "soft-shrink": ("0", "1e-3"),
    "shrink": ("0.5,0.25",),
    "sinerelu": ("3",),
    "soft-exponential": ("1", "3", "1e-300", "-0.5", "-1e-3"),
    "xielu": ("1,2,0.25", "-1,0.1,0", "1,1,1", "0.5,0.3,-1,0"),
    "aptx": ("1,0.5", "2,3,-1", "-1"),
    "situ": ("1", "-1e3"),
    "xsilu": ("0.1", "-0.25"),
    "xgelu": ("0.1",),
    "xatlu": ("0.1", "-0.25"),
    "smu": ("0,1", "-1,1e-3"),
    "sinlu": ("3,0.25", "0", "-1", "1,2", "0.5,-30", "-0.5,2"),
    "coslu": ("-2,0.5", "4,0.5", "1,3", "-0.0625,4"),
    "smelu": ("1e-3",),
    "dyt": ("-2",),
    "derf": ("1,0.25", "-1e3"),
    "snake": ("0.1", "2", "-3", "1e3"),
}
VARIANTS = (*(f"{name}:{values}" for name, each in PARAMETERS.items() for values in each), *OF_LIBRARIES)
SPECS = (*(function.name for function in FUNCTIONS), *VARIANTS)


def activation(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found
