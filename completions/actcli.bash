# bash completion for actcli: static, so that a TAB starts no Python
_actcli() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
    local commands="eval grad plot compare softmax list"
    local functions="elu gelu identity leaky-relu log-sigmoid prelu relu relu6 sigmoid silu softplus softsign tanh"
    local vectors="softmax log-softmax maxout"
    local output="--format --digits --color --ascii --quiet --help"
    COMPREPLY=()
    case $previous in
        --input) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --format) mapfile -t COMPREPLY < <(compgen -W "table plain csv tsv json jsonl npy" -- "$word"); return ;;
        --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word"); return ;;
        --loss) mapfile -t COMPREPLY < <(compgen -W "cross-entropy mse" -- "$word"); return ;;
    esac
    if (( COMP_CWORD == 1 )); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --version --help" -- "$word")
        return
    fi
    local options="$output --input --saturation" names="$functions"
    case $command in
        eval) names="$functions $vectors" ;;
        grad) options+=" --curvature --layers" ;;
        softmax) options="$output --input --temperature --log --one-hot --jacobian --target --loss" names="" ;;
        list) options="$output" names="$functions $vectors" ;;
    esac
    if [[ $word == --* ]]; then names=$options; fi
    mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word")
}
complete -F _actcli actcli
