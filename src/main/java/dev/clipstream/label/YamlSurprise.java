package dev.clipstream.label;

import java.util.Optional;
import java.util.regex.Pattern;

/// Finds unquoted YAML values that look like text and are read as something else.
///
/// YAML 1.1, which PyYAML, Ruby and many editors and templates implement, reads `no` as false, `1.10` as 1.1 and
/// `22:30` as 1350. A program that reads such a file and writes it again replaces the text by `false`, `1.1` or
/// `1350`, and nobody can restore it. This reader would keep the spelling, but it refuses the value, because it cannot
/// know which program wrote the file or reads it next. The rules are those of PyYAML's resolver together with the core
/// schema of YAML 1.2, so the value is refused if either of them reads it as something other than text.
///
/// A whole number such as `3` is accepted as text, because every reader writes it in the same way.
final class YamlSurprise {
    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern TRUE = Pattern.compile("yes|Yes|YES|true|True|TRUE|on|On|ON");
    private static final Pattern FALSE = Pattern.compile("no|No|NO|false|False|FALSE|off|Off|OFF");
    private static final Pattern PLAIN_INTEGER = Pattern.compile("-?[1-9][0-9]*|0");
    private static final Pattern BASE = Pattern.compile("[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o[0-7]+|0[0-7_]+)");
    private static final Pattern DECIMAL = Pattern.compile(
            "[-+]?([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final Pattern BASE_60 = Pattern.compile("[-+]?[0-9][0-9_]*(:[0-5]?[0-9])++(\\.[0-9_]*)?");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
            + "(([Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]*)?([ \\t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?)?");
    private static final Pattern SPECIAL = Pattern.compile("<<|=");

    private YamlSurprise() {}

    /// Returns what other readers take an unquoted value for, such as `false`; empty if they read it as text, or as a
    /// whole number that keeps its spelling.
    static Optional<String> of(String plain) {
        if (PLAIN_INTEGER.matcher(plain).matches()) {
            return Optional.empty();
        }
        if (NULL.matcher(plain).matches()) {
            return Optional.of("nothing");
        }
        if (TRUE.matcher(plain).matches()) {
            return Optional.of("true");
        }
        if (FALSE.matcher(plain).matches()) {
            return Optional.of("false");
        }
        if (BASE.matcher(plain).matches() || DECIMAL.matcher(plain).matches()) {
            return Optional.of("a number");
        }
        if (BASE_60.matcher(plain).matches()) {
            return Optional.of("a number in base 60");
        }
        if (DATE.matcher(plain).matches()) {
            return Optional.of("a date");
        }
        return SPECIAL.matcher(plain).matches() ? Optional.of("an operator") : Optional.empty();
    }
}
