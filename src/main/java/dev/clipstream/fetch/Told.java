package dev.clipstream.fetch;

/// URIs as messages may tell them: without user info, query and fragment, which hold passwords and
/// signatures, on one line and not too long.
final class Told {
    private static final int LONGEST = 200;

    private Told() {}

    static String of(Object uri) {
        String text = uri.toString();
        int end = text.length();
        for (char secret : new char[] {'?', '#'}) {
            int start = text.indexOf(secret);
            end = start < 0 ? end : Math.min(end, start);
        }
        String told = text.substring(0, end).replaceFirst("^([^:/]*:)?(/*)[^/]*@", "$1$2");
        StringBuilder line = new StringBuilder("'");
        told.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .forEach(line::appendCodePoint);
        return line.append(told.codePointCount(0, told.length()) > LONGEST ? "…'" : "'")
                .toString();
    }
}
