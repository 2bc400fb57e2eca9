import { GLOBAL_OPTIONS, type Command, type OptionSpecs } from './command.js';
import { commands, isGroup, TREE } from './tree.js';

export interface Loaded {
  path: string;
  command: Command;
}

/** Loads every command. */
export const loadAll = (): Promise<Loaded[]> =>
  Promise.all(commands().map(async ({ path, leaf }) => ({ path, command: (await leaf.load()).command })));

const optionsOf = ({ command }: Loaded): OptionSpecs => ({ ...command.options, ...GLOBAL_OPTIONS });

const words = (loaded: Loaded): string =>
  Object.keys(optionsOf(loaded))
    .map((name) => `--${name}`)
    .join(' ');

const groups = (): { name: string; verbs: string }[] =>
  TREE.filter(isGroup).map(({ name, verbs }) => ({ name, verbs: verbs.map((verb) => verb.name).join(' ') }));

const tops = (): string => TREE.map(({ name }) => name).join(' ');

/** Bash: nouns, verbs and options; file names where nothing else fits. */
export const bashCompletion = (
  loaded: readonly Loaded[],
): string => `# rollcall completion for bash: source <(rollcall completion bash)
_rollcall() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path="\${COMP_WORDS[1]:-}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${tops()}" -- "$word"))
    return
  fi
  case "$path" in
${groups()
  .map(
    ({ name, verbs }) => `    ${name})
      if [ "$COMP_CWORD" -eq 2 ]; then COMPREPLY=($(compgen -W "${verbs}" -- "$word")); return; fi
      path="$path \${COMP_WORDS[2]}" ;;`,
  )
  .join('\n')}
  esac
  case "$word" in
    -*) ;;
    *) return ;;
  esac
  case "$path" in
${loaded.map((each) => `    "${each.path}") COMPREPLY=($(compgen -W "${words(each)}" -- "$word")) ;;`).join('\n')}
  esac
}
complete -o default -F _rollcall rollcall
`;

const zshText = (text: string): string => text.replace(/[[\]:'\\`$"]/g, ' ');

/** Zsh: the same with what each is for. */
export const zshCompletion = (loaded: readonly Loaded[]): string => `#compdef rollcall
# rollcall completion for zsh: source <(rollcall completion zsh)
_rollcall() {
  local -a entries
  local path="\${words[2]:-}"
  if (( CURRENT == 2 )); then
    entries=(${TREE.map(({ name, about }) => `'${name}:${zshText(about)}'`).join(' ')})
    _describe 'command' entries
    return
  fi
  case "$path" in
${TREE.filter(isGroup)
  .map(
    ({ name, verbs }) => `    ${name})
      if (( CURRENT == 3 )); then
        entries=(${verbs.map((verb) => `'${verb.name}:${zshText(verb.about)}'`).join(' ')})
        _describe 'command' entries
        return
      fi
      path="$path \${words[3]}" ;;`,
  )
  .join('\n')}
  esac
  if [[ "\${words[CURRENT]}" != -* ]]; then _files; return; fi
  case "$path" in
${loaded
  .map(
    (each) =>
      `    '${each.path}') entries=(${Object.entries(optionsOf(each))
        .map(([name, spec]) => `'--${name}:${zshText(spec.about)}'`)
        .join(' ')}) ;;`,
  )
  .join('\n')}
  esac
  _describe 'option' entries
}
if [ "$funcstack[1]" = "_rollcall" ]; then _rollcall; else compdef _rollcall rollcall; fi
`;

const fishText = (text: string): string => `'${text.replace(/['\\]/g, ' ')}'`;

/** Fish: one line each. */
export function fishCompletion(loaded: readonly Loaded[]): string {
  const lines = ['# rollcall completion for fish: rollcall completion fish | source'];
  for (const entry of TREE) {
    lines.push(
      `complete -c rollcall -n __fish_use_subcommand -f -a ${entry.name} -d ${fishText(entry.about)}`,
    );
    if (!isGroup(entry)) continue;
    const verbs = entry.verbs.map(({ name }) => name).join(' ');
    const condition = `'__fish_seen_subcommand_from ${entry.name}; and not __fish_seen_subcommand_from ${verbs}'`;
    for (const verb of entry.verbs)
      lines.push(`complete -c rollcall -n ${condition} -f -a ${verb.name} -d ${fishText(verb.about)}`);
  }
  for (const each of loaded) {
    const condition = `'${each.path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ')}'`;
    for (const [name, spec] of Object.entries(optionsOf(each))) {
      const short = spec.short ? ` -s ${spec.short}` : '';
      const value = spec.type === 'boolean' ? '' : ' -r';
      lines.push(
        `complete -c rollcall -n ${condition} -l ${name}${short}${value} -d ${fishText(spec.about)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
