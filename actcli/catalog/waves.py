"""Waves and bells: periodic functions, lines that wave, and the Gaussian."""

from actcli.catalog.entry import Function, FunctionParameter, Kernels, Limits, stable

_NONE = ("nan", "nan")

WAVES = (
    Function(
        name="sin",
        formula="sin(x)",
        derivatives=("cos(x)", "-sin(x)"),
        kernels=stable("periodic.sin"),
        limits=Limits(_NONE, _NONE, _NONE),
        aliases=("sine", "siren"),
        source="Sitzmann et al. 2020, SIREN, arXiv 2006.09661",
        used_for="networks that represent images, sound and fields",
        notes=("the layers of SIREN compute sin(30 * x)",),
    ),
    Function(
        name="cos",
        formula="cos(x)",
        derivatives=("-sin(x)", "-cos(x)"),
        kernels=stable("periodic.cos"),
        limits=Limits(_NONE, _NONE, _NONE),
        aliases=("cosine",),
        source="Rahimi and Recht 2007, random Fourier features",
        used_for="random features of kernels",
    ),
    Function(
        name="snake",
        formula="x + sin(frequency * x)**2 / frequency",
        derivatives=("1 + sin(2 * frequency * x)", "2 * frequency * cos(2 * frequency * x)"),
        kernels=stable("periodic.snake"),
        parameters=(
            FunctionParameter("frequency", "1", "of the wave", valid="frequency != 0", aliases=("a", "alpha")),
        ),
        limits=Limits(("-inf", "inf"), _NONE, _NONE),
        valid="abs(frequency) <= 1e300",
        source="Ziyin, Hartwig and Ueda 2020, arXiv 2006.08195",
        used_for="periodic data, and vocoders",
    ),
    Function(
        name="sinerelu",
        formula="where(x > 0, x, eps * (sin(x) - cos(x)))",
        derivatives=("where(x > 0, 1, eps * (sin(x) + cos(x)))", "where(x > 0, 0, eps * (cos(x) - sin(x)))"),
        kernels=stable("periodic.sinerelu"),
        parameters=(
            FunctionParameter(
                "eps", "0.01", "height of the wave below 0", valid="abs(eps) <= 1e300", aliases=("epsilon",)
            ),
        ),
        limits=Limits(("nan", "inf"), ("nan", "1"), ("nan", "0")),
        aliases=("sine_relu",),
        source="Echo, sinerelu; Rodrigues 2018",
        used_for="hidden layers whose units should never stay still",
        notes=(
            "jumps from -eps to 0 at 0, as in Echo's code",
            "the author's own has eps = 0.0025 and max(eps * (sin(x) - cos(x)), x), which does not jump",
        ),
    ),
    Function(
        name="gaussian",
        formula="exp(-x**2)",
        derivatives=("-2 * x * exp(-(x**2))", "(4 * x**2 - 2) * exp(-(x**2))"),
        kernels=Kernels("gelu.gaussian"),
        limits=Limits(("0", "0"), ("0", "0")),
        aliases=("bell", "radial_basis"),
        source="Broomhead and Lowe 1988",
        used_for="radial basis networks",
    ),
    Function(
        name="gcu",
        formula="x * cos(x)",
        derivatives=("cos(x) - x * sin(x)", "-2 * sin(x) - x * cos(x)"),
        limits=Limits(_NONE, _NONE, _NONE),
        aliases=("growing_cosine_unit",),
        source="Noel et al. 2021, arXiv 2108.12943",
        used_for="hidden layers of image classifiers; one unit learns XOR",
    ),
)
