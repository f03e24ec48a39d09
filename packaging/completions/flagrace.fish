# fish completion for flagrace. The program says what is possible, from the tables
# of its options: `flagrace complete WORD..`.
function __flagrace_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --current-token --cut-at-cursor)
    for line in ($words[1] complete $words[2..] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case :commands
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end
complete --command flagrace --no-files --arguments '(__flagrace_complete)'
