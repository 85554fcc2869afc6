# bash completion for actcli: static, so that a TAB starts no Python
_actcli() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
    local commands="eval grad plot compare softmax list"
    local functions="arctan aria2 bent-identity beta-mish celu cos dsilu elish elu erf eswish exponential flatten-t-swish
        gaussian gelu gelu-10 gelu-mlx-precise gelu-tanh hard-elish hard-mish hard-shrink hard-sigmoid
        hard-swish hard-tanh identity isrlu isru keras-relu laplace leaky-relu lecun-tanh lisht log-sigmoid
        logcosh logish mila mish nlrelu penalized-tanh phish prelu quick-gelu relu relu2 relu6 rrelu selu
        serf shrink sigmoid silu sin sinerelu smish snake soft-clipping soft-exponential soft-shrink softcap
        softplus softsign sparse-plus sparse-sigmoid sqnl sqrtsoftplus squareplus srelu star-relu step swish
        tanh tanh-shrink telu threshold thresholded-relu weighted-tanh xielu"
    local vectors="bilinear crelu entmax entmax15 geglu glu gumbel-softmax hardmax log-softmax logmeanexp logsumexp
        maxout reglu sink-softmax softmax softmax1 softmin sparsemax standardize swiglu"
    local input="--input --from --column --target-column --no-header --array --flatten --on-error"
    local output="--format --digits --output --summary --fail-over --color --ascii --quiet --help"
    COMPREPLY=()
    case $previous in
        --input | --output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --format) mapfile -t COMPREPLY < <(compgen -W "table plain csv tsv json jsonl npy" -- "$word"); return ;;
        --from) mapfile -t COMPREPLY < <(compgen -W "text csv tsv json jsonl npy npz" -- "$word"); return ;;
        --on-error) mapfile -t COMPREPLY < <(compgen -W "stop skip nan" -- "$word"); return ;;
        --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word"); return ;;
        --loss) mapfile -t COMPREPLY < <(compgen -W "cross-entropy mse" -- "$word"); return ;;
    esac
    if (( COMP_CWORD == 1 )); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --version --help" -- "$word")
        return
    fi
    local options="$output $input --saturation" names="$functions"
    case $command in
        eval) options+=" --exact --seed" names="$functions $vectors" ;;
        grad) options+=" --curvature --layers --jacobian --exact" names="$functions $vectors" ;;
        compare) options+=" --mean --sigma --layers" names="$functions $vectors" ;;
        softmax) options="$output $input --temperature --log --one-hot --top --jacobian --target --loss --reference --labels --exact" names="" ;;
        compare) options+=" --mean --sigma --layers --dask" ;;
        plot) options+=" --slope --curvature --ylim --log-y --layout --width --height" ;;
        list) options="$output" names="$functions $vectors" ;;
    esac
    if [[ $word == --* ]]; then names=$options; fi
    mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word")
}
complete -F _actcli actcli
