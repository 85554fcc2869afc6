# fish completion for actcli: static, so that a TAB starts no Python.
# The tables at the end are made by `python -m tests.make`.

# Whether the command is one of these.
function __actcli_is
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv
end

# Whether no command is there yet.
function __actcli_has_no_command
    set -l words (commandline -opc)
    test (count $words) -eq 1; or test "$words[2..]" = --debug
end

# Whether the command has its first word already, options and what they take aside.
function __actcli_has_word
    set -l words (commandline -opc)
    set -l is_value no
    for word in $words[3..]
        if test $is_value = yes
            set is_value no
        else if contains -- $word $__actcli_valued
            set is_value yes
        else if not string match -q -- '--*' $word
            return 0
        end
    end
    return 1
end

# The word that is being typed: a name of those given, or parameters after `:` and libraries after `@`.
function __actcli_names
    set -l word (commandline -ct)
    set -l spec (string split -m 1 : -- $word)
    set -l name (string split -m 1 @ -- $spec[1])[1]
    set -l folded (string lower -- (string replace -ar '[-_]' '' -- $name))
    if set -q spec[2]
        set -l given (string match -r -- '.*,' $spec[2])
        for parameter in (__actcli_parameters $folded)
            echo "$spec[1]:$given$parameter"
        end
    else if string match -q -- '*@*' $word
        for library in (__actcli_libraries $folded)
            echo $name@$library
        end
    else if string match -q -- '*_*' $word
        string replace -r '\t.*' '' -- $argv | string replace -a - _ # either spelling will do
    else if test -z "$word"
        string match -rv -- '\t= ' $argv # aliases wait for their first letter
    else
        string join \n -- $argv
    end
end

# --- begin tables
set -g __actcli_valued \
    --seed --saturation --input -i --from --column --target-column --keep --array --axis --on-error --dtype --format -f \
    --digits -n --output -o --fail-over --theme --color --layers --temperature --against --init --mean --sigma --ylim \
    --layout --width --height --size --title --dask --top --target --loss --smooth --ignore-index --labels

function __actcli_element_wise
    __actcli_names \
        'identity	x' \
        'step	where(x >= threshold, 1, 0)' \
        'relu	max(x, 0)' \
        'relu6	min(max(x, 0), 6)' \
        'leaky-relu	where(x > 0, x, negative_slope * x)' \
        'prelu	where(x > 0, x, a * x)' \
        'rrelu	where(x > 0, x, (lower + upper) / 2 * x)' \
        'thresholded-relu	where(x > theta, x, 0)' \
        'threshold	where(x > threshold, x, value)' \
        'keras-relu	where(x >= max_value, max_value, where(x > threshold, x, negative_slope * (x - threshold) + where(x < threshold, 0, threshold)))' \
        'relu2	where(x > 0, x * x, 0)' \
        'star-relu	where(x > 0, s * x * x, 0) + b' \
        'srelu	where(x >= t_right, t_right + a_right * (x - t_right), where(x <= t_left, t_left + a_left * (x - t_left), x))' \
        'nlrelu	log1p(beta * max(x, 0))' \
        'exponential	exp(x)' \
        'elu	where(x > 0, x, alpha * expm1(x))' \
        'celu	where(x > 0, x, alpha * expm1(x / alpha))' \
        'selu	sqrt(2*pi) * (1 - erfc(1/sqrt(2)) * sqrt(e)) / sqrt(2*erfc(sqrt(2))*e**2 + pi*erfc(1/sqrt(2))**2*e - 2*(2 + pi)*erfc(1/sqrt(2))*sqrt(e) + pi + 2) * where(x > 0, x, sqrt(2/pi) / (1 - erfc(1/sqrt(2)) * sqrt(e)) * expm1(x))' \
        'xielu	where(x > 0, alpha_p * x * x + beta * x, alpha_n * expm1(min(x, eps)) + (beta - alpha_n) * x)' \
        'elish	where(x >= 0, x, expm1(x)) * sigmoid(x)' \
        'hard-elish	where(x >= 1, x, where(x >= 0, x * (x + 1) / 2, where(x > -1, expm1(x) * (x + 1) / 2, 0)))' \
        'soft-exponential	where(alpha > 0, expm1(alpha * x) / alpha + alpha, where(alpha < 0, -log(1 - alpha * (x + alpha)) / alpha, x))' \
        'gelu	x * normal_cdf(x)' \
        'gelu-tanh	x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))' \
        'quick-gelu	x * sigmoid(1.702 * x)' \
        'gelu-mlx-precise	x * sigmoid(1.60033 * x * (1 + 0.0433603 * x**2))' \
        'gelu-10	where(x > 10, 10, gelu(x))' \
        'silu	x * sigmoid(x)' \
        'swish	x * sigmoid(beta * x)' \
        'eswish	beta * x * sigmoid(x)' \
        'aria2	x * (1 + exp(-beta * x)) ** (-alpha)' \
        'dsilu	sigmoid(x) * (1 + x * sigmoid(-x))' \
        'hard-swish	where(x > -3, where(x < 3, x * (x + 3) / 6, x), 0)' \
        'flatten-t-swish	where(x > 0, silu(x), 0) + c' \
        'golu	x * exp(-exp(-x))' \
        'aptx	(alpha + tanh(beta * x)) * gamma * x' \
        'situ	beta * tanh(x / beta) * sigmoid(x)' \
        'xsilu	x * (sigmoid(x) * (1 + 2 * alpha) - alpha)' \
        'xgelu	x * (normal_cdf(x) * (1 + 2 * alpha) - alpha)' \
        'xatlu	x * ((atan(x) / pi + 1/2) * (1 + 2 * alpha) - alpha)' \
        'smu	x * (alpha + (1 - alpha) * normal_cdf(sqrt(2) * mu * (1 - alpha) * x))' \
        'colu	x / (1 - x * exp(-(x + exp(x))))' \
        'sinlu	(x + a * sin(b * x)) * sigmoid(x)' \
        'coslu	(x + a * cos(b * x)) * sigmoid(x)' \
        'mish	x * tanh(softplus(x))' \
        'hard-mish	where(x >= 0, x, where(x > -2, x * (x + 2) / 2, 0))' \
        'beta-mish	x * tanh(beta * softplus(x))' \
        'mila	x * tanh(softplus(x + beta))' \
        'telu	x * tanh(exp(x))' \
        'serf	x * erf(softplus(x))' \
        'smish	x * tanh(log1p(sigmoid(x)))' \
        'logish	x * log1p(sigmoid(x))' \
        'phish	x * tanh(gelu(x))' \
        'lisht	x * tanh(x)' \
        'sigmoid	1 / (1 + exp(-x))' \
        'hard-sigmoid	where(x > -offset / slope, where(x < (1 - offset) / slope, slope * (x + offset / slope), 1), 0)' \
        'log-sigmoid	-log1p(exp(-x))' \
        'sparse-sigmoid	where(x > -1, where(x < 1, (x + 1) / 2, 1), 0)' \
        'laplace	normal_cdf((x - mu) / sigma)' \
        'soft-clipping	log((1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1)))) / alpha' \
        'tanh	tanh(x)' \
        'hard-tanh	clip(x, min_val, max_val)' \
        'lecun-tanh	1.7159 * tanh(2 * x / 3)' \
        'weighted-tanh	tanh(weight * x)' \
        'penalized-tanh	where(x > 0, tanh(x), a * tanh(x))' \
        'softcap	cap * tanh(x / cap)' \
        'tanh-shrink	x - tanh(x)' \
        'softsign	x / (1 + abs(x))' \
        'erf	erf(x)' \
        'arctan	atan(x)' \
        'isru	x / sqrt(1 + alpha * x**2)' \
        'isrlu	where(x >= 0, x, x / sqrt(1 + alpha * x**2))' \
        'sqnl	where(x > 2, 1, where(x >= 0, x - x**2 / 4, where(x >= -2, x + x**2 / 4, -1)))' \
        'dyt	tanh(alpha * x)' \
        'derf	erf(alpha * x + shift)' \
        'symlog	where(x >= 0, log1p(x), -log1p(-x))' \
        'symexp	where(x >= 0, expm1(x), -expm1(-x))' \
        'softplus	log1p(exp(beta * x)) / beta' \
        'squareplus	(x + sqrt(x**2 + b)) / 2' \
        'sparse-plus	where(x <= -1, 0, where(x < 1, (x + 1)**2 / 4, x))' \
        'sqrtsoftplus	sqrt(softplus(x))' \
        'logcosh	log(cosh(x))' \
        'bent-identity	(sqrt(x**2 + 1) - 1) / 2 + x' \
        'smelu	where(x <= -beta, 0, where(x < beta, (x + beta)**2 / (4 * beta), x))' \
        'hard-shrink	where(abs(x) > lambd, x, 0)' \
        'soft-shrink	where(x > lambd, x - lambd, where(x < -lambd, x + lambd, 0))' \
        'shrink	where(x > lambd, x - bias, where(x < -lambd, x + bias, 0))' \
        'sin	sin(x)' \
        'cos	cos(x)' \
        'snake	x + sin(frequency * x)**2 / frequency' \
        'sinerelu	where(x > 0, x, eps * (sin(x) - cos(x)))' \
        'gaussian	exp(-x**2)' \
        'gcu	x * cos(x)' \
        'linear	= identity' \
        'none	= identity' \
        'heaviside	= step' \
        'binary-step	= step' \
        'unit-step	= step' \
        'rectifier	= relu' \
        'rectified-linear	= relu' \
        'clipped-relu	= relu6' \
        'lrelu	= leaky-relu' \
        'parametric-relu	= prelu' \
        'randomized-leaky-relu	= rrelu' \
        'randomized-relu	= rrelu' \
        'trelu	= thresholded-relu' \
        'relu-squared	= relu2' \
        'squared-relu	= relu2' \
        's-shaped-relu	= srelu' \
        'natural-logarithm-relu	= nlrelu' \
        'exp	= exponential' \
        'exponential-linear-unit	= elu' \
        'scaled-elu	= selu' \
        'gelu-erf	= gelu' \
        'gelu-python	= gelu' \
        'gelu-exact	= gelu' \
        'gelu-new	= gelu-tanh' \
        'gelu-fast	= gelu-tanh' \
        'gelu-accurate	= gelu-tanh' \
        'gelu-pytorch-tanh	= gelu-tanh' \
        'gelu-python-tanh	= gelu-tanh' \
        'gelu-approx	= gelu-tanh' \
        'gelu-sigmoid	= quick-gelu' \
        'gelu-fast-approx	= quick-gelu' \
        'clip-gelu	= quick-gelu' \
        'clipped-gelu	= gelu-10' \
        'sil	= silu' \
        'hard-silu	= hard-swish' \
        'h-swish	= hard-swish' \
        'fts	= flatten-t-swish' \
        'ftswish	= flatten-t-swish' \
        'gompertz-linear-unit	= golu' \
        'sigmoid-tanh-unit	= situ' \
        'atlu	= xatlu' \
        'smooth-maximum-unit	= smu' \
        'collapsing-linear-unit	= colu' \
        'tanhexp	= telu' \
        'logistic	= sigmoid' \
        'expit	= sigmoid' \
        'sigmoid-fast	= sigmoid' \
        'log-expit	= log-sigmoid' \
        'hyperbolic-tangent	= tanh' \
        'tanh-fast	= tanh' \
        'clip	= hard-tanh' \
        'clamp	= hard-tanh' \
        'stanh	= lecun-tanh' \
        'scaled-tanh	= lecun-tanh' \
        'logit-softcap	= softcap' \
        'error-function	= erf' \
        'atan	= arctan' \
        'inverse-tangent	= arctan' \
        'inverse-square-root-unit	= isru' \
        'inverse-square-root-linear-unit	= isrlu' \
        'square-nonlinearity	= sqnl' \
        'dynamic-tanh	= dyt' \
        'dynamic-erf	= derf' \
        'softrelu	= softplus' \
        'log1pexp	= softplus' \
        'bent-id	= bent-identity' \
        'smooth-relu	= smelu' \
        'hard-thresholding	= hard-shrink' \
        'soft-thresholding	= soft-shrink' \
        'sine	= sin' \
        'siren	= sin' \
        'cosine	= cos' \
        'bell	= gaussian' \
        'radial-basis	= gaussian' \
        'growing-cosine-unit	= gcu'
end

function __actcli_all
    __actcli_names \
        'identity	x' \
        'step	where(x >= threshold, 1, 0)' \
        'relu	max(x, 0)' \
        'relu6	min(max(x, 0), 6)' \
        'leaky-relu	where(x > 0, x, negative_slope * x)' \
        'prelu	where(x > 0, x, a * x)' \
        'rrelu	where(x > 0, x, (lower + upper) / 2 * x)' \
        'thresholded-relu	where(x > theta, x, 0)' \
        'threshold	where(x > threshold, x, value)' \
        'keras-relu	where(x >= max_value, max_value, where(x > threshold, x, negative_slope * (x - threshold) + where(x < threshold, 0, threshold)))' \
        'relu2	where(x > 0, x * x, 0)' \
        'star-relu	where(x > 0, s * x * x, 0) + b' \
        'srelu	where(x >= t_right, t_right + a_right * (x - t_right), where(x <= t_left, t_left + a_left * (x - t_left), x))' \
        'nlrelu	log1p(beta * max(x, 0))' \
        'exponential	exp(x)' \
        'elu	where(x > 0, x, alpha * expm1(x))' \
        'celu	where(x > 0, x, alpha * expm1(x / alpha))' \
        'selu	sqrt(2*pi) * (1 - erfc(1/sqrt(2)) * sqrt(e)) / sqrt(2*erfc(sqrt(2))*e**2 + pi*erfc(1/sqrt(2))**2*e - 2*(2 + pi)*erfc(1/sqrt(2))*sqrt(e) + pi + 2) * where(x > 0, x, sqrt(2/pi) / (1 - erfc(1/sqrt(2)) * sqrt(e)) * expm1(x))' \
        'xielu	where(x > 0, alpha_p * x * x + beta * x, alpha_n * expm1(min(x, eps)) + (beta - alpha_n) * x)' \
        'elish	where(x >= 0, x, expm1(x)) * sigmoid(x)' \
        'hard-elish	where(x >= 1, x, where(x >= 0, x * (x + 1) / 2, where(x > -1, expm1(x) * (x + 1) / 2, 0)))' \
        'soft-exponential	where(alpha > 0, expm1(alpha * x) / alpha + alpha, where(alpha < 0, -log(1 - alpha * (x + alpha)) / alpha, x))' \
        'gelu	x * normal_cdf(x)' \
        'gelu-tanh	x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))' \
        'quick-gelu	x * sigmoid(1.702 * x)' \
        'gelu-mlx-precise	x * sigmoid(1.60033 * x * (1 + 0.0433603 * x**2))' \
        'gelu-10	where(x > 10, 10, gelu(x))' \
        'silu	x * sigmoid(x)' \
        'swish	x * sigmoid(beta * x)' \
        'eswish	beta * x * sigmoid(x)' \
        'aria2	x * (1 + exp(-beta * x)) ** (-alpha)' \
        'dsilu	sigmoid(x) * (1 + x * sigmoid(-x))' \
        'hard-swish	where(x > -3, where(x < 3, x * (x + 3) / 6, x), 0)' \
        'flatten-t-swish	where(x > 0, silu(x), 0) + c' \
        'golu	x * exp(-exp(-x))' \
        'aptx	(alpha + tanh(beta * x)) * gamma * x' \
        'situ	beta * tanh(x / beta) * sigmoid(x)' \
        'xsilu	x * (sigmoid(x) * (1 + 2 * alpha) - alpha)' \
        'xgelu	x * (normal_cdf(x) * (1 + 2 * alpha) - alpha)' \
        'xatlu	x * ((atan(x) / pi + 1/2) * (1 + 2 * alpha) - alpha)' \
        'smu	x * (alpha + (1 - alpha) * normal_cdf(sqrt(2) * mu * (1 - alpha) * x))' \
        'colu	x / (1 - x * exp(-(x + exp(x))))' \
        'sinlu	(x + a * sin(b * x)) * sigmoid(x)' \
        'coslu	(x + a * cos(b * x)) * sigmoid(x)' \
        'mish	x * tanh(softplus(x))' \
        'hard-mish	where(x >= 0, x, where(x > -2, x * (x + 2) / 2, 0))' \
        'beta-mish	x * tanh(beta * softplus(x))' \
        'mila	x * tanh(softplus(x + beta))' \
        'telu	x * tanh(exp(x))' \
        'serf	x * erf(softplus(x))' \
        'smish	x * tanh(log1p(sigmoid(x)))' \
        'logish	x * log1p(sigmoid(x))' \
        'phish	x * tanh(gelu(x))' \
        'lisht	x * tanh(x)' \
        'sigmoid	1 / (1 + exp(-x))' \
        'hard-sigmoid	where(x > -offset / slope, where(x < (1 - offset) / slope, slope * (x + offset / slope), 1), 0)' \
        'log-sigmoid	-log1p(exp(-x))' \
        'sparse-sigmoid	where(x > -1, where(x < 1, (x + 1) / 2, 1), 0)' \
        'laplace	normal_cdf((x - mu) / sigma)' \
        'soft-clipping	log((1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1)))) / alpha' \
        'tanh	tanh(x)' \
        'hard-tanh	clip(x, min_val, max_val)' \
        'lecun-tanh	1.7159 * tanh(2 * x / 3)' \
        'weighted-tanh	tanh(weight * x)' \
        'penalized-tanh	where(x > 0, tanh(x), a * tanh(x))' \
        'softcap	cap * tanh(x / cap)' \
        'tanh-shrink	x - tanh(x)' \
        'softsign	x / (1 + abs(x))' \
        'erf	erf(x)' \
        'arctan	atan(x)' \
        'isru	x / sqrt(1 + alpha * x**2)' \
        'isrlu	where(x >= 0, x, x / sqrt(1 + alpha * x**2))' \
        'sqnl	where(x > 2, 1, where(x >= 0, x - x**2 / 4, where(x >= -2, x + x**2 / 4, -1)))' \
        'dyt	tanh(alpha * x)' \
        'derf	erf(alpha * x + shift)' \
        'symlog	where(x >= 0, log1p(x), -log1p(-x))' \
        'symexp	where(x >= 0, expm1(x), -expm1(-x))' \
        'softplus	log1p(exp(beta * x)) / beta' \
        'squareplus	(x + sqrt(x**2 + b)) / 2' \
        'sparse-plus	where(x <= -1, 0, where(x < 1, (x + 1)**2 / 4, x))' \
        'sqrtsoftplus	sqrt(softplus(x))' \
        'logcosh	log(cosh(x))' \
        'bent-identity	(sqrt(x**2 + 1) - 1) / 2 + x' \
        'smelu	where(x <= -beta, 0, where(x < beta, (x + beta)**2 / (4 * beta), x))' \
        'hard-shrink	where(abs(x) > lambd, x, 0)' \
        'soft-shrink	where(x > lambd, x - lambd, where(x < -lambd, x + lambd, 0))' \
        'shrink	where(x > lambd, x - bias, where(x < -lambd, x + bias, 0))' \
        'sin	sin(x)' \
        'cos	cos(x)' \
        'snake	x + sin(frequency * x)**2 / frequency' \
        'sinerelu	where(x > 0, x, eps * (sin(x) - cos(x)))' \
        'gaussian	exp(-x**2)' \
        'gcu	x * cos(x)' \
        'softmax	exp(x[i] / temperature) / sum(exp(x / temperature))' \
        'log-softmax	x[i] / temperature - log(sum(exp(x / temperature)))' \
        'softmin	exp(-x[i] / temperature) / sum(exp(-x / temperature))' \
        'softmax1	exp(x[i]) / (1 + sum(exp(x)))' \
        'sink-softmax	exp(x[i]) / (exp(sink) + sum(exp(x)))' \
        'hardmax	1 for the first largest x[i], 0 for the others' \
        'gumbel-softmax	exp((x[i] + g[i]) / temperature) / sum(exp((x + g) / temperature))' \
        'sparsemax	the p that makes sum((p - x)**2) least' \
        'entmax15	max(x[i] / 2 - tau, 0) ** 2' \
        'entmax	max((alpha - 1) * x[i] - tau, 0) ** (1 / (alpha - 1))' \
        'logsumexp	log(sum(exp(x)))' \
        'logmeanexp	log(mean(exp(x)))' \
        'standardize	(x[i] - mean(x)) / sqrt(mean((x - mean(x))**2) + epsilon)' \
        'maxout	max(x[i*groups], ..., x[i*groups + groups - 1])' \
        'crelu	max(x[i], 0) for i < n, max(-x[i - n], 0) from there to 2n' \
        'brelu	max(x[i], 0) for even i, min(x[i], 0) for odd i' \
        'gpt-oss-swiglu	a[i] * sigmoid(alpha * a[i]) * (b[i] + 1), a = min(x[0::2], limit), b = clip(x[1::2], -limit, limit)' \
        'glu	a[i] * sigmoid(b[i])' \
        'swiglu	silu(a[i]) * b[i]' \
        'geglu	gelu(a[i]) * b[i]' \
        'reglu	max(a[i], 0) * b[i]' \
        'bilinear	a[i] * b[i]' \
        'linear	= identity' \
        'none	= identity' \
        'heaviside	= step' \
        'binary-step	= step' \
        'unit-step	= step' \
        'rectifier	= relu' \
        'rectified-linear	= relu' \
        'clipped-relu	= relu6' \
        'lrelu	= leaky-relu' \
        'parametric-relu	= prelu' \
        'randomized-leaky-relu	= rrelu' \
        'randomized-relu	= rrelu' \
        'trelu	= thresholded-relu' \
        'relu-squared	= relu2' \
        'squared-relu	= relu2' \
        's-shaped-relu	= srelu' \
        'natural-logarithm-relu	= nlrelu' \
        'exp	= exponential' \
        'exponential-linear-unit	= elu' \
        'scaled-elu	= selu' \
        'gelu-erf	= gelu' \
        'gelu-python	= gelu' \
        'gelu-exact	= gelu' \
        'gelu-new	= gelu-tanh' \
        'gelu-fast	= gelu-tanh' \
        'gelu-accurate	= gelu-tanh' \
        'gelu-pytorch-tanh	= gelu-tanh' \
        'gelu-python-tanh	= gelu-tanh' \
        'gelu-approx	= gelu-tanh' \
        'gelu-sigmoid	= quick-gelu' \
        'gelu-fast-approx	= quick-gelu' \
        'clip-gelu	= quick-gelu' \
        'clipped-gelu	= gelu-10' \
        'sil	= silu' \
        'hard-silu	= hard-swish' \
        'h-swish	= hard-swish' \
        'fts	= flatten-t-swish' \
        'ftswish	= flatten-t-swish' \
        'gompertz-linear-unit	= golu' \
        'sigmoid-tanh-unit	= situ' \
        'atlu	= xatlu' \
        'smooth-maximum-unit	= smu' \
        'collapsing-linear-unit	= colu' \
        'tanhexp	= telu' \
        'logistic	= sigmoid' \
        'expit	= sigmoid' \
        'sigmoid-fast	= sigmoid' \
        'log-expit	= log-sigmoid' \
        'hyperbolic-tangent	= tanh' \
        'tanh-fast	= tanh' \
        'clip	= hard-tanh' \
        'clamp	= hard-tanh' \
        'stanh	= lecun-tanh' \
        'scaled-tanh	= lecun-tanh' \
        'logit-softcap	= softcap' \
        'error-function	= erf' \
        'atan	= arctan' \
        'inverse-tangent	= arctan' \
        'inverse-square-root-unit	= isru' \
        'inverse-square-root-linear-unit	= isrlu' \
        'square-nonlinearity	= sqnl' \
        'dynamic-tanh	= dyt' \
        'dynamic-erf	= derf' \
        'softrelu	= softplus' \
        'log1pexp	= softplus' \
        'bent-id	= bent-identity' \
        'smooth-relu	= smelu' \
        'hard-thresholding	= hard-shrink' \
        'soft-thresholding	= soft-shrink' \
        'sine	= sin' \
        'siren	= sin' \
        'cosine	= cos' \
        'bell	= gaussian' \
        'radial-basis	= gaussian' \
        'growing-cosine-unit	= gcu' \
        'softargmax	= softmax' \
        'softmax-off-by-one	= softmax1' \
        'off-by-one	= softmax1' \
        'quiet-softmax	= softmax1' \
        'softmax-one	= softmax1' \
        'quiet-attention	= softmax1' \
        'softmax-with-sink	= sink-softmax' \
        'attention-sink	= sink-softmax' \
        'alpha-entmax	= entmax' \
        'entmax-bisect	= entmax' \
        'lse	= logsumexp' \
        'layer-norm	= standardize' \
        'concatenated-relu	= crelu' \
        'bipolar-relu	= brelu' \
        'swigluoai	= gpt-oss-swiglu'
end

function __actcli_parameters
    switch $argv[1]
        case step heaviside binarystep unitstep
            string join \n threshold=
        case leakyrelu lrelu
            string join \n negative_slope=
        case prelu parametricrelu penalizedtanh
            string join \n a=
        case rrelu randomizedleakyrelu randomizedrelu
            string join \n lower= upper=
        case thresholdedrelu trelu
            string join \n theta=
        case threshold
            string join \n threshold= value=
        case kerasrelu
            string join \n negative_slope= max_value= threshold=
        case starrelu
            string join \n s= b=
        case srelu sshapedrelu
            string join \n t_right= a_right= t_left= a_left=
        case nlrelu naturallogarithmrelu swish eswish situ sigmoidtanhunit betamish mila softplus softrelu log1pexp smelu smoothrelu
            string join \n beta=
        case elu exponentiallinearunit celu softexponential xsilu xgelu xatlu atlu softclipping isru inversesquarerootunit isrlu inversesquarerootlinearunit dyt dynamictanh entmax alphaentmax entmaxbisect
            string join \n alpha=
        case xielu
            string join \n alpha_p= alpha_n= beta= eps=
        case gelu geluerf gelupython geluexact
            string join \n approximate=none approximate=tanh approximate=false approximate=true approx=none approx=tanh approx=precise approx=fast
        case aria2
            string join \n alpha= beta=
        case flattentswish fts ftswish
            string join \n c=
        case aptx
            string join \n alpha= beta= gamma=
        case smu smoothmaximumunit
            string join \n alpha= mu=
        case sinlu coslu
            string join \n a= b=
        case hardsigmoid
            string join \n slope= offset=
        case laplace
            string join \n mu= sigma=
        case hardtanh clip clamp
            string join \n min_val= max_val=
        case weightedtanh
            string join \n weight=
        case softcap logitsoftcap
            string join \n cap=
        case derf dynamicerf
            string join \n alpha= shift=
        case squareplus
            string join \n b=
        case hardshrink hardthresholding softshrink softthresholding
            string join \n lambd=
        case shrink
            string join \n lambd= bias=
        case snake
            string join \n frequency=
        case sinerelu
            string join \n eps=
        case softmax softargmax logsoftmax softmin
            string join \n temperature=
        case sinksoftmax softmaxwithsink attentionsink
            string join \n sink=
        case gumbelsoftmax
            string join \n temperature= seed= hard=
        case standardize layernorm
            string join \n epsilon=
        case maxout
            string join \n groups=
        case gptossswiglu swigluoai
            string join \n alpha= limit=
    end
end

function __actcli_libraries
    switch $argv[1]
        case identity linear none
            string join \n torch jax keras onnx mlx flax transformers timm
        case step heaviside binarystep unitstep
            string join \n mlx
        case relu rectifier rectifiedlinear leakyrelu lrelu
            string join \n torch jax keras keras.ops keras.layers tf onnx mlx flax transformers timm nnlib
        case relu6 clippedrelu
            string join \n torch jax keras keras.ops tf mlx flax transformers timm nnlib echo
        case prelu parametricrelu
            string join \n torch keras.layers onnx mlx flax equinox transformers timm
        case rrelu randomizedleakyrelu randomizedrelu
            string join \n torch tfa nnlib echo
        case thresholdedrelu trelu
            string join \n onnx nnlib
        case threshold
            string join \n torch keras keras.ops
        case relu2 relusquared squaredrelu
            string join \n mlx transformers
        case srelu sshapedrelu nlrelu naturallogarithmrelu elish hardelish softexponential eswish aria2 flattentswish fts ftswish betamish mila softclipping lecuntanh stanh scaledtanh weightedtanh isru inversesquarerootunit isrlu inversesquarerootlinearunit sqnl squarenonlinearity bentidentity bentid sinerelu maxout brelu bipolarrelu
            string join \n echo
        case exponential exp
            string join \n torch keras
        case elu exponentiallinearunit
            string join \n torch jax keras keras.ops keras.layers tf onnx mlx flax timm nnlib
        case celu
            string join \n torch jax keras keras.ops onnx mlx flax timm nnlib echo
        case selu scaledelu
            string join \n torch jax keras keras.ops tf onnx mlx flax timm nnlib
        case xielu gelu10 clippedgelu laplace sqrtsoftplus
            string join \n transformers
        case gelu geluerf gelupython geluexact
            string join \n torch jax keras keras.ops tf tfa onnx mlx flax transformers timm nnlib
        case gelutanh gelunew gelufast geluaccurate gelupytorchtanh gelupythontanh geluapprox quickgelu gelusigmoid gelufastapprox clipgelu
            string join \n mlx transformers timm nnlib
        case silu sil
            string join \n torch jax keras keras.ops tf mlx flax transformers timm echo
        case swish
            string join \n jax keras keras.ops tf onnx flax transformers timm nnlib echo
        case hardswish hardsilu hswish
            string join \n torch jax keras keras.ops onnx mlx flax transformers timm nnlib
        case mish
            string join \n torch jax keras tfa onnx mlx transformers timm nnlib echo
        case hardmish
            string join \n timm
        case lisht
            string join \n tfa nnlib
        case sigmoid logistic expit sigmoidfast tanh hyperbolictangent tanhfast
            string join \n torch jax keras keras.ops tf onnx mlx flax transformers timm nnlib
        case hardsigmoid
            string join \n torch jax keras keras.ops onnx flax timm nnlib
        case logsigmoid logexpit
            string join \n torch jax keras keras.ops tf mlx flax nnlib echo
        case sparsesigmoid squareplus sparseplus
            string join \n jax keras keras.ops
        case hardtanh clip clamp
            string join \n torch jax keras keras.ops onnx mlx flax nnlib echo
        case tanhshrink
            string join \n torch keras keras.ops tfa nnlib echo
        case softsign softplus softrelu log1pexp
            string join \n torch jax keras keras.ops tf onnx mlx flax nnlib
        case erf errorfunction
            string join \n torch keras.ops tf onnx
        case arctan atan inversetangent sin sine siren cos cosine
            string join \n torch
        case logcosh
            string join \n nnlib
        case hardshrink hardthresholding
            string join \n torch keras keras.ops tfa mlx echo
        case softshrink softthresholding
            string join \n torch keras keras.ops tfa mlx nnlib echo
        case shrink hardmax swiglu
            string join \n onnx
        case snake
            string join \n tfa
        case softmax softargmax
            string join \n torch jax keras keras.ops keras.layers tf onnx mlx flax
        case logsoftmax
            string join \n torch jax keras keras.ops tf onnx mlx flax echo
        case softmin
            string join \n torch mlx echo
        case gumbelsoftmax
            string join \n torch echo
        case sparsemax
            string join \n keras keras.ops tfa
        case logsumexp lse
            string join \n torch jax keras.ops flax
        case logmeanexp
            string join \n jax
        case standardize layernorm
            string join \n jax flax
        case crelu concatenatedrelu
            string join \n tf
        case glu
            string join \n torch jax keras keras.ops mlx flax echo
    end
end

complete -c actcli -f
complete -c actcli -n __actcli_has_no_command -l version -d 'show the version'
complete -c actcli -n __actcli_has_no_command -l debug -d 'show the traceback of an error'
complete -c actcli -n __actcli_has_no_command -a eval -d 'The value of FUNCTION at each of VALUES'
complete -c actcli -n __actcli_has_no_command -a grad -d 'The slope of FUNCTION at each of VALUES'
complete -c actcli -n __actcli_has_no_command -a plot -d 'A picture of FUNCTIONS; A:B sets the x limits, other values are drawn with the curves'
complete -c actcli -n __actcli_has_no_command -a compare -d 'FUNCTIONS side by side: properties, gains and values; with --input (or -) statistics of the data after each'
complete -c actcli -n __actcli_has_no_command -a identify -d 'Which function made the results: of --against for --input, or the second number of each pair for its first'
complete -c actcli -n __actcli_has_no_command -a softmax -d 'The probabilities that the logits VALUES stand for'
complete -c actcli -n __actcli_has_no_command -a list -d 'Every function whose names match PATTERN, or that have its words; of one all there is'
complete -c actcli -n __actcli_has_no_command -a completion -d 'The completion script of SHELL'
complete -c actcli -n '__actcli_is eval; and not __actcli_has_word' -a '(__actcli_all)'
complete -c actcli -n '__actcli_is grad; and not __actcli_has_word' -a '(__actcli_all)'
complete -c actcli -n '__actcli_is plot' -a '(__actcli_element_wise)'
complete -c actcli -n '__actcli_is compare' -a '(__actcli_element_wise)'
complete -c actcli -n '__actcli_is list; and not __actcli_has_word' -a '(__actcli_all)'
complete -c actcli -n '__actcli_is completion; and not __actcli_has_word' -a 'bash zsh fish'
complete -c actcli -n '__actcli_is eval' -l inverse -d 'every x at which FUNCTION takes each of VALUES'
complete -c actcli -n '__actcli_is eval grad compare softmax' -l exact -d 'certified by ball arithmetic'
complete -c actcli -n '__actcli_is eval' -l seed -x -d 'of random functions'
complete -c actcli -n '__actcli_is eval grad plot compare' -l saturation -x -d 'share of the largest slope below which a tail is saturated (default 2.66%)'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -s i -l input -r -F -d 'read values from a file or a pattern such as \'run*.csv\', packed or not'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l from -x -a 'text csv tsv json jsonl json-seq npy npz safetensors pt bf16 f16 f32 f64 f8_e4m3 f8_e5m2 i8 u8 i16 u16 i32 u32 i64 u64' -d 'text, csv, tsv, json, jsonl, json-seq, npy, npz, safetensors, pt, bf16, f16, f32, f64, f8_e4m3, f8_e5m2, i8, u8, i16, u16, i32, u32, i64 or u64'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l column -x -d 'the columns that make the vector: names, patterns, or numbers from 1: \'logit*\', 2-11, 3-, label,4'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l target-column -x -d 'the column that holds the true class, left out of the vector'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l keep -x -d 'the columns that stand beside the answer as they are, such as an id, in csv, tsv, jsonl and json'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l header -d 'the first line names the columns, be they numbers'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l no-header -d 'the first line holds values'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l decimal-comma -d '1,5 is 1.5'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l array -x -d 'which array of an .npz, .safetensors or .pt file, or a pattern, \'fc*\', of those that are layers'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l axis -x -d 'which axis of an array holds a vector, its units: of NCHW the channels are 1 (default: the last)'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l as-batches -d 'files of a pattern, or named one by one, are batches of one matrix'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l flatten -d 'all input is one vector'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l on-error -x -a 'stop skip nan' -d 'at a bad token stop, skip its vector, or read NaN'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l dtype -x -a 'float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float6_e2m3fn float6_e3m2fn float4_e2m1fn' -d 'round inputs, and answers once, to float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz, float6_e2m3fn, float6_e3m2fn, float4_e2m1fn or int8:SCALE,ZERO'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list' -s f -l format -x -a 'table plain csv tsv json jsonl npy bf16 f16 f32 f64 f8_e4m3 f8_e5m2 i8 u8 i16 u16 i32 u32 i64 u64 svg html png pdf' -d 'table, plain, csv, tsv, json, jsonl, npy, bf16, f16, f32, f64, f8_e4m3, f8_e5m2, i8, u8, i16, u16, i32, u32, i64, u64, svg, html, png or pdf'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list' -s n -l digits -x -d 'N significant digits'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list' -s o -l output -r -F -d 'write the answer to a file, in the format of its suffix: txt, csv, tsv, json, jsonl, npy, svg, html, png, pdf, or raw values as f32 and bf16'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l summary -d 'totals in place of rows, once all input is read'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax' -l fail-over -x -d 'exit with 3 if more of the inputs are saturated, or of the units dead: 10%'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list' -l theme -x -a 'light dark' -d 'the background, of a saved picture (default light) or of your terminal'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list' -l color -x -a 'auto always never' -d 'when to colour'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list' -l ascii -d 'draw with ASCII alone'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list' -s q -l quiet -d 'no warnings and notes'
complete -c actcli -n '__actcli_is eval grad plot compare identify softmax list completion' -s h -l help -d 'show this'
complete -c actcli -n '__actcli_is grad' -l curvature -d 'f\'\' in place of f\''
complete -c actcli -n '__actcli_is plot' -l curvature -d 'draw f\'\' too'
complete -c actcli -n '__actcli_is compare' -l curvature -d '--against holds curvatures'
complete -c actcli -n '__actcli_is grad' -l layers -x -d 'f\'(x)**N: the factor that N stacked layers give a gradient'
complete -c actcli -n '__actcli_is plot' -l layers -x -d 'mean squares of signal and gradient after so many layers of random weights, on a logarithmic axis'
complete -c actcli -n '__actcli_is compare' -l layers -x -d 'what N stacked layers make of a gradient'
complete -c actcli -n '__actcli_is grad softmax' -l jacobian -d 'the slope of every component in every input'
complete -c actcli -n '__actcli_is plot' -l slope -d 'draw f\' too'
complete -c actcli -n '__actcli_is compare' -l slope -d '--against holds slopes, not values'
complete -c actcli -n '__actcli_is plot' -l difference -d 'draw the difference from the first function, the largest distance marked'
complete -c actcli -n '__actcli_is plot' -l temperature -x -d 'of softmax and its family the probabilities of each class over the temperature, on a logarithmic axis'
complete -c actcli -n '__actcli_is softmax' -l temperature -x -d 'divide the logits by T > 0 (default 1), as Boltzmann divides energies -x by kT'
complete -c actcli -n '__actcli_is plot compare' -l against -r -F -d 'judge a kernel in ulp: the file of its results (with --column a column), or package.module.function, whose code is then imported and run in float32 or --dtype'
complete -c actcli -n '__actcli_is identify' -l against -r -F -d 'the results for --input: a file, or with --column another column'
complete -c actcli -n '__actcli_is plot compare' -l init -x -d 'weights of --layers: normal, mean 0, deviation GAIN / sqrt(fan_in)'
complete -c actcli -n '__actcli_is plot compare' -l mean -x -d 'of the normal input (default 0)'
complete -c actcli -n '__actcli_is plot compare' -l sigma -x -d 'standard deviation of the normal input (default 1)'
complete -c actcli -n '__actcli_is plot' -l ylim -x -d 'limits of the y axis'
complete -c actcli -n '__actcli_is plot' -l log-x -d 'a logarithmic x axis, of x above 0 (default 0.01:100)'
complete -c actcli -n '__actcli_is plot' -l log-y -d '|y| on a logarithmic axis, of slopes alone if they are asked for'
complete -c actcli -n '__actcli_is plot' -l layout -x -a 'overlay grid auto' -d 'overlay: one frame'
complete -c actcli -n '__actcli_is plot' -l width -x -d 'columns'
complete -c actcli -n '__actcli_is plot' -l height -x -d 'lines'
complete -c actcli -n '__actcli_is plot' -l size -x -a 'paper slide' -d 'of a saved picture: paper, 3.4 inches wide for a column'
complete -c actcli -n '__actcli_is plot' -l title -x -d 'what stands above the picture'
complete -c actcli -n '__actcli_is compare' -l dask -x -d 'measure the files of --input on a Dask cluster that can read them'
complete -c actcli -n '__actcli_is compare' -l units -d 'list the units that are dead, mostly saturated or somewhere NaN, worst first'
complete -c actcli -n '__actcli_is compare' -l outputs -d '--input holds what came out of the function: find the outputs of its zones'
complete -c actcli -n '__actcli_is compare' -l flush-subnormals -d 'leave subnormal inputs and results of --against out'
complete -c actcli -n '__actcli_is compare' -l cost -d 'nanoseconds that a value and a slope take in this program\'s own NumPy kernels on this machine, and as a ratio to a value of relu: not the cost in a network'
complete -c actcli -n '__actcli_is compare' -l plot -d 'draw the functions, or not'
complete -c actcli -n '__actcli_is softmax' -l probabilities -d 'VALUES are probabilities, whose logarithms are the logits: cross-entropy both ways, p^(1/T) over its sum'
complete -c actcli -n '__actcli_is softmax' -l log -d 'log-probabilities'
complete -c actcli -n '__actcli_is softmax' -l one-hot -d '1 for the largest logit, 0 for the others'
complete -c actcli -n '__actcli_is softmax' -l top -x -d 'the K likeliest classes, best first'
complete -c actcli -n '__actcli_is softmax' -l target -x -d 'the true class, counted from 0 or by label, or a distribution 0.2,0.8: loss and its gradient'
complete -c actcli -n '__actcli_is softmax' -l loss -x -a 'cross-entropy mse kl' -d 'which loss (default cross-entropy)'
complete -c actcli -n '__actcli_is softmax' -l smooth -x -d 'label smoothing: all classes alike get this share of the target: 0.1'
complete -c actcli -n '__actcli_is softmax' -l fit -d 'find the temperature of the least loss'
complete -c actcli -n '__actcli_is softmax' -l ignore-index -x -d 'a class of --target-column whose vectors have loss and gradient 0 and count nowhere, such as -100'
complete -c actcli -n '__actcli_is softmax' -l reference -d 'the exponential family\'s view: add a last class of logit 0, with which natural parameters compare: e^x/(1 + sum e^x), of one logit its sigmoid'
complete -c actcli -n '__actcli_is softmax' -l labels -x -d 'names of the classes: cat,dog,fish (default: of a header)'
# --- end tables
