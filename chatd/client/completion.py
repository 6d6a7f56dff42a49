"""What bash needs to complete the commands of ``chatctl``."""

from __future__ import annotations

from chatd.wire.console import VERBS

_SCRIPT = """\
# bash completion of chatctl: eval "$(chatctl --completion)"
_chatctl() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
    case "$before" in
        --socket|--from|backup) COMPREPLY=($(compgen -f -- "$word")); return ;;
        export) COMPREPLY=($(compgen -W "public" -- "$word")); return ;;
        format) COMPREPLY=($(compgen -W "text json" -- "$word")); return ;;
        help) COMPREPLY=($(compgen -W "{verbs}" -- "$word")); return ;;
        adduser) COMPREPLY=($(compgen -W "--from" -- "$word")); return ;;
        log) COMPREPLY=($(compgen -W "-n -f" -- "$word")); return ;;
        stop) COMPREPLY=($(compgen -W "--in" -- "$word")); return ;;
        users) COMPREPLY=($(compgen -W "-a" -- "$word")); return ;;
    esac
    if [ "${{COMP_WORDS[COMP_CWORD-2]}}" = role ]; then
        COMPREPLY=($(compgen -W "user moderator operator" -- "$word")); return
    fi
    local given
    for given in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case " {verbs} " in *" $given "*) return ;; esac
    done
    COMPREPLY=($(compgen -W "{verbs} --socket --json --help --version" -- "$word"))
}}
complete -o default -F _chatctl chatctl
"""


def completion() -> str:
    """The script, for bash to evaluate."""
    return _SCRIPT.format(verbs=" ".join(row.name for row in VERBS))
