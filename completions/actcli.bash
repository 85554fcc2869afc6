# bash completion for actcli, for bash 4 and later: static, so that a TAB starts no Python.
# The tables at the end are made by `python -m tests.make`.

_actcli() {
    local kind place commands=() names=() aliases=() options=() valued=() values=() parameters=() libraries=() # of the tables
    local line=${COMP_LINE:0:COMP_POINT} before
    local word=${line##*[[:space:]]}
    read -ra before <<< "${line%"$word"}"
    word=${word#[\"\']}
    COMPREPLY=()
    _actcli_commands
    if [[ ${before[1]-} == --debug ]]; then unset 'before[1]'; before=("${before[@]}"); fi
    if ((${#before[@]} == 1)); then
        if [[ $word == -* ]]; then commands=(--version --debug --help); fi
        _actcli_offer "${commands[@]}"
        return
    fi
    _actcli_command "${before[1]}" || return
    local previous=${before[${#before[@]} - 1]}
    if [[ $word == *[\<\>]* || $previous == *[\<\>] ]]; then
        compopt -o default # a file behind a redirection, which zsh and fish see to themselves
    elif [[ $word == --*=* ]]; then
        _actcli_values "${word%%=*}" "${word%%=*}="
    elif [[ " ${valued[*]} " == *" $previous "* ]]; then
        _actcli_values "$previous" ""
    elif [[ $word == --* ]]; then
        _actcli_offer "${options[@]}"
    elif [[ $word != -* ]]; then
        _actcli_word
    fi
}

# What an option takes: its choices, files, or nothing that could be known.
_actcli_values() {
    _actcli_choices "$1"
    if [[ ${values-} == FILES ]]; then
        compopt -o default # readline's own completion, which knows quotes, blanks and folders
    elif [[ ${values-} == FOLDERS ]]; then
        compopt -o dirnames
    else
        _actcli_offer "${values[@]/#/$2}"
    fi
}

# A word that is no option: a name, its parameters or its libraries; one of the choices of the command; or a value.
_actcli_word() {
    if [[ $kind == none ]] || { [[ $place == first ]] && _actcli_has_word; }; then return; fi
    if [[ $kind == choices ]]; then _actcli_offer "${values[@]}"; return; fi
    _actcli_names "$kind"
    local spec=${word%%:*} name
    name=${spec%%@*} name=${name//[-_]/}
    if [[ $word == *:* ]]; then
        local given=${word#*:}
        given=${given%"${given##*,}"}
        _actcli_parameters "${name,,}"
        _actcli_offer "${parameters[@]/#/$spec:$given}"
    elif [[ $word == *@* ]]; then
        _actcli_libraries "${name,,}"
        _actcli_offer "${libraries[@]/#/${word%%@*}@}"
    else
        if [[ -n $word ]]; then names+=("${aliases[@]}"); fi
        if [[ $word == *_* ]]; then names=("${names[@]//-/_}"); fi # either spelling will do
        _actcli_offer "${names[@]}"
    fi
}

# Whether the command has its first word already, options and what they take aside.
_actcli_has_word() {
    local index
    for ((index = 2; index < ${#before[@]}; index++)); do
        if [[ " ${valued[*]} " == *" ${before[index]} "* ]]; then ((index++)); continue; fi
        if [[ ${before[index]} != --* ]]; then return 0; fi
    done
    return 1
}

# The candidates that go on from the word, less what lies before the last : or = or @, where bash breaks words; an @
# opens the next word.
_actcli_offer() {
    local each breaks=${COMP_WORDBREAKS//[^:=@]/} rest=$word
    if [[ -n $breaks ]]; then rest=${word##*[$breaks]}; fi
    local done=${word%"$rest"}
    done=${done%@}
    for each; do # names are the same in any case
        if [[ ${each,,} == "${word,,}"* ]]; then COMPREPLY+=("${each:${#done}}"); fi
    done
    if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace; fi
}

# --- begin tables
_actcli_commands() {
    commands=(eval grad plot compare identify softmax list completion)
}

_actcli_command() {
    valued=(--seed --saturation --input -i --from --column --target-column --keep --array --axis --on-error --dtype --format -f
                --digits -n --output -o --fail-over --theme --color --layers --temperature --against --init --mean
                --sigma --ylim --layout --width --height --size --title --dask --top --target --loss --smooth
                --ignore-index --labels)
    case $1 in
        eval)
            kind=all place=first values=()
            options=(--inverse --exact --seed --saturation --input --from --column --target-column --keep --header --no-header
                --decimal-comma --array --axis --as-batches --flatten --on-error --dtype --format --digits --output
                --summary --fail-over --theme --color --ascii --quiet --help) ;;
        grad)
            kind=all place=first values=()
            options=(--curvature --layers --jacobian --exact --saturation --input --from --column --target-column --keep --header
                --no-header --decimal-comma --array --axis --as-batches --flatten --on-error --dtype --format --digits
                --output --summary --fail-over --theme --color --ascii --quiet --help) ;;
        plot)
            kind=element-wise place=any values=()
            options=(--slope --curvature --difference --temperature --against --layers --init --mean --sigma --ylim --log-x --log-y --layout
                --width --height --size --title --saturation --input --from --column --target-column --keep --header
                --no-header --decimal-comma --array --axis --as-batches --flatten --on-error --dtype --format --digits
                --output --summary --fail-over --theme --color --ascii --quiet --help) ;;
        compare)
            kind=element-wise place=any values=()
            options=(--mean --sigma --layers --init --dask --units --outputs --against --slope --curvature --flush-subnormals --exact --cost
                --plot --saturation --input --from --column --target-column --keep --header --no-header --decimal-comma
                --array --axis --as-batches --flatten --on-error --dtype --format --digits --output --summary
                --fail-over --theme --color --ascii --quiet --help) ;;
        identify)
            kind=none place=any values=()
            options=(--against --input --from --column --target-column --keep --header --no-header --decimal-comma --array --axis
                --as-batches --flatten --on-error --dtype --format --digits --output --summary --fail-over --theme
                --color --ascii --quiet --help) ;;
        softmax)
            kind=none place=any values=()
            options=(--probabilities --temperature --log --one-hot --top --jacobian --target --loss --smooth --fit --ignore-index
                --reference --labels --exact --input --from --column --target-column --keep --header --no-header
                --decimal-comma --array --axis --as-batches --flatten --on-error --dtype --format --digits --output
                --summary --fail-over --theme --color --ascii --quiet --help) ;;
        list)
            kind=all place=first values=()
            options=(--format --digits --output --theme --color --ascii --quiet --help) ;;
        completion)
            kind=choices place=first values=(bash zsh fish)
            options=(--help) ;;
        *) return 1 ;;
    esac
}

_actcli_choices() {
    case $1 in
        --seed | --saturation | --column | --target-column | --keep | --array | --axis | --digits | -n | --fail-over | --layers | --temperature | --init | --mean | --sigma | --ylim | --width | --height | --title | --dask | --top | --target | --smooth | --ignore-index | --labels) values=() ;;
        --input | -i | --output | -o | --against) values=(FILES) ;;
        --from) values=(text csv tsv json jsonl json-seq npy npz safetensors pt bf16 f16 f32 f64 f8_e4m3 f8_e5m2 i8 u8 i16 u16 i32 u32 i64 u64) ;;
        --on-error) values=(stop skip nan) ;;
        --dtype) values=(float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float6_e2m3fn float6_e3m2fn
                float4_e2m1fn) ;;
        --format | -f) values=(table plain csv tsv json jsonl npy bf16 f16 f32 f64 f8_e4m3 f8_e5m2 i8 u8 i16 u16 i32 u32 i64 u64 svg html png pdf) ;;
        --theme) values=(light dark) ;;
        --color) values=(auto always never) ;;
        --layout) values=(overlay grid auto) ;;
        --size) values=(paper slide) ;;
        --loss) values=(cross-entropy mse kl) ;;
    esac
}

_actcli_names() {
    names=(identity step relu relu6 leaky-relu prelu rrelu thresholded-relu threshold keras-relu relu2 star-relu srelu nlrelu
                exponential elu celu selu xielu elish hard-elish soft-exponential gelu gelu-tanh quick-gelu
                gelu-mlx-precise gelu-10 silu swish eswish aria2 dsilu hard-swish flatten-t-swish golu aptx situ xsilu
                xgelu xatlu smu colu sinlu coslu mish hard-mish beta-mish mila telu serf smish logish phish lisht
                sigmoid hard-sigmoid log-sigmoid sparse-sigmoid laplace soft-clipping tanh hard-tanh lecun-tanh
                weighted-tanh penalized-tanh softcap tanh-shrink softsign erf arctan isru isrlu sqnl dyt derf symlog
                symexp softplus squareplus sparse-plus sqrtsoftplus logcosh bent-identity smelu hard-shrink soft-shrink
                shrink sin cos snake sinerelu gaussian gcu)
    aliases=(linear none heaviside binary-step unit-step rectifier rectified-linear clipped-relu lrelu parametric-relu
                randomized-leaky-relu randomized-relu trelu relu-squared squared-relu s-shaped-relu
                natural-logarithm-relu exp exponential-linear-unit scaled-elu gelu-erf gelu-python gelu-exact gelu-new
                gelu-fast gelu-accurate gelu-pytorch-tanh gelu-python-tanh gelu-approx gelu-sigmoid gelu-fast-approx
                clip-gelu clipped-gelu sil hard-silu h-swish fts ftswish gompertz-linear-unit sigmoid-tanh-unit atlu
                smooth-maximum-unit collapsing-linear-unit tanhexp logistic expit sigmoid-fast log-expit
                hyperbolic-tangent tanh-fast clip clamp stanh scaled-tanh logit-softcap error-function atan
                inverse-tangent inverse-square-root-unit inverse-square-root-linear-unit square-nonlinearity
                dynamic-tanh dynamic-erf softrelu log1pexp bent-id smooth-relu hard-thresholding soft-thresholding sine
                siren cosine bell radial-basis growing-cosine-unit)
    if [[ $1 == all ]]; then
        names+=(softmax log-softmax softmin softmax1 sink-softmax hardmax gumbel-softmax sparsemax entmax15 entmax logsumexp logmeanexp
                standardize maxout crelu brelu gpt-oss-swiglu glu swiglu geglu reglu bilinear)
        aliases+=(softargmax softmax-off-by-one off-by-one quiet-softmax softmax-one quiet-attention softmax-with-sink attention-sink
                alpha-entmax entmax-bisect lse layer-norm concatenated-relu bipolar-relu swigluoai)
    fi
}

_actcli_parameters() {
    case $1 in
        step | heaviside | binarystep | unitstep) parameters=(threshold=) ;;
        leakyrelu | lrelu) parameters=(negative_slope=) ;;
        prelu | parametricrelu | penalizedtanh) parameters=(a=) ;;
        rrelu | randomizedleakyrelu | randomizedrelu) parameters=(lower= upper=) ;;
        thresholdedrelu | trelu) parameters=(theta=) ;;
        threshold) parameters=(threshold= value=) ;;
        kerasrelu) parameters=(negative_slope= max_value= threshold=) ;;
        starrelu) parameters=(s= b=) ;;
        srelu | sshapedrelu) parameters=(t_right= a_right= t_left= a_left=) ;;
        nlrelu | naturallogarithmrelu | swish | eswish | situ | sigmoidtanhunit | betamish | mila | softplus | softrelu | log1pexp | smelu | smoothrelu) parameters=(beta=) ;;
        elu | exponentiallinearunit | celu | softexponential | xsilu | xgelu | xatlu | atlu | softclipping | isru | inversesquarerootunit | isrlu | inversesquarerootlinearunit | dyt | dynamictanh | entmax | alphaentmax | entmaxbisect) parameters=(alpha=) ;;
        xielu) parameters=(alpha_p= alpha_n= beta= eps=) ;;
        gelu | geluerf | gelupython | geluexact) parameters=(approximate=none approximate=tanh approximate=false approximate=true approx=none approx=tanh approx=precise
                approx=fast) ;;
        aria2) parameters=(alpha= beta=) ;;
        flattentswish | fts | ftswish) parameters=(c=) ;;
        aptx) parameters=(alpha= beta= gamma=) ;;
        smu | smoothmaximumunit) parameters=(alpha= mu=) ;;
        sinlu | coslu) parameters=(a= b=) ;;
        hardsigmoid) parameters=(slope= offset=) ;;
        laplace) parameters=(mu= sigma=) ;;
        hardtanh | clip | clamp) parameters=(min_val= max_val=) ;;
        weightedtanh) parameters=(weight=) ;;
        softcap | logitsoftcap) parameters=(cap=) ;;
        derf | dynamicerf) parameters=(alpha= shift=) ;;
        squareplus) parameters=(b=) ;;
        hardshrink | hardthresholding | softshrink | softthresholding) parameters=(lambd=) ;;
        shrink) parameters=(lambd= bias=) ;;
        snake) parameters=(frequency=) ;;
        sinerelu) parameters=(eps=) ;;
        softmax | softargmax | logsoftmax | softmin) parameters=(temperature=) ;;
        sinksoftmax | softmaxwithsink | attentionsink) parameters=(sink=) ;;
        gumbelsoftmax) parameters=(temperature= seed= hard=) ;;
        standardize | layernorm) parameters=(epsilon=) ;;
        maxout) parameters=(groups=) ;;
        gptossswiglu | swigluoai) parameters=(alpha= limit=) ;;
    esac
}

_actcli_libraries() {
    case $1 in
        identity | linear | none) libraries=(torch jax keras onnx mlx flax transformers timm) ;;
        step | heaviside | binarystep | unitstep) libraries=(mlx) ;;
        relu | rectifier | rectifiedlinear | leakyrelu | lrelu) libraries=(torch jax keras keras.ops keras.layers tf onnx mlx flax transformers timm nnlib) ;;
        relu6 | clippedrelu) libraries=(torch jax keras keras.ops tf mlx flax transformers timm nnlib echo) ;;
        prelu | parametricrelu) libraries=(torch keras.layers onnx mlx flax equinox transformers timm) ;;
        rrelu | randomizedleakyrelu | randomizedrelu) libraries=(torch tfa nnlib echo) ;;
        thresholdedrelu | trelu) libraries=(onnx nnlib) ;;
        threshold) libraries=(torch keras keras.ops) ;;
        relu2 | relusquared | squaredrelu) libraries=(mlx transformers) ;;
        srelu | sshapedrelu | nlrelu | naturallogarithmrelu | elish | hardelish | softexponential | eswish | aria2 | flattentswish | fts | ftswish | betamish | mila | softclipping | lecuntanh | stanh | scaledtanh | weightedtanh | isru | inversesquarerootunit | isrlu | inversesquarerootlinearunit | sqnl | squarenonlinearity | bentidentity | bentid | sinerelu | maxout | brelu | bipolarrelu) libraries=(echo) ;;
        exponential | exp) libraries=(torch keras) ;;
        elu | exponentiallinearunit) libraries=(torch jax keras keras.ops keras.layers tf onnx mlx flax timm nnlib) ;;
        celu) libraries=(torch jax keras keras.ops onnx mlx flax timm nnlib echo) ;;
        selu | scaledelu) libraries=(torch jax keras keras.ops tf onnx mlx flax timm nnlib) ;;
        xielu | gelu10 | clippedgelu | laplace | sqrtsoftplus) libraries=(transformers) ;;
        gelu | geluerf | gelupython | geluexact) libraries=(torch jax keras keras.ops tf tfa onnx mlx flax transformers timm nnlib) ;;
        gelutanh | gelunew | gelufast | geluaccurate | gelupytorchtanh | gelupythontanh | geluapprox | quickgelu | gelusigmoid | gelufastapprox | clipgelu) libraries=(mlx transformers timm nnlib) ;;
        silu | sil) libraries=(torch jax keras keras.ops tf mlx flax transformers timm echo) ;;
        swish) libraries=(jax keras keras.ops tf onnx flax transformers timm nnlib echo) ;;
        hardswish | hardsilu | hswish) libraries=(torch jax keras keras.ops onnx mlx flax transformers timm nnlib) ;;
        mish) libraries=(torch jax keras tfa onnx mlx transformers timm nnlib echo) ;;
        hardmish) libraries=(timm) ;;
        lisht) libraries=(tfa nnlib) ;;
        sigmoid | logistic | expit | sigmoidfast | tanh | hyperbolictangent | tanhfast) libraries=(torch jax keras keras.ops tf onnx mlx flax transformers timm nnlib) ;;
        hardsigmoid) libraries=(torch jax keras keras.ops onnx flax timm nnlib) ;;
        logsigmoid | logexpit) libraries=(torch jax keras keras.ops tf mlx flax nnlib echo) ;;
        sparsesigmoid | squareplus | sparseplus) libraries=(jax keras keras.ops) ;;
        hardtanh | clip | clamp) libraries=(torch jax keras keras.ops onnx mlx flax nnlib echo) ;;
        tanhshrink) libraries=(torch keras keras.ops tfa nnlib echo) ;;
        softsign | softplus | softrelu | log1pexp) libraries=(torch jax keras keras.ops tf onnx mlx flax nnlib) ;;
        erf | errorfunction) libraries=(torch keras.ops tf onnx) ;;
        arctan | atan | inversetangent | sin | sine | siren | cos | cosine) libraries=(torch) ;;
        logcosh) libraries=(nnlib) ;;
        hardshrink | hardthresholding) libraries=(torch keras keras.ops tfa mlx echo) ;;
        softshrink | softthresholding) libraries=(torch keras keras.ops tfa mlx nnlib echo) ;;
        shrink | hardmax | swiglu) libraries=(onnx) ;;
        snake) libraries=(tfa) ;;
        softmax | softargmax) libraries=(torch jax keras keras.ops keras.layers tf onnx mlx flax) ;;
        logsoftmax) libraries=(torch jax keras keras.ops tf onnx mlx flax echo) ;;
        softmin) libraries=(torch mlx echo) ;;
        gumbelsoftmax) libraries=(torch echo) ;;
        sparsemax) libraries=(keras keras.ops tfa) ;;
        logsumexp | lse) libraries=(torch jax keras.ops flax) ;;
        logmeanexp) libraries=(jax) ;;
        standardize | layernorm) libraries=(jax flax) ;;
        crelu | concatenatedrelu) libraries=(tf) ;;
        glu) libraries=(torch jax keras keras.ops mlx flax echo) ;;
    esac
}
# --- end tables

complete -F _actcli actcli
