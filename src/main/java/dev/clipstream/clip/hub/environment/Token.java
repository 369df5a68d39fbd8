package dev.clipstream.clip.hub.environment;

import dev.clipstream.clip.ModelException;

/// A secret that proves to a hub who asks. It appears in no log and no message.
public final class Token {
    private final String value;

    private Token(String value) {
        this.value = value;
    }

    /// @param source the variable or file that the token comes from, for messages
    /// @throws ModelException if the value cannot be sent in a header
    static Token of(String value, String source) throws ModelException {
        if (!value.matches("[\\x21-\\x7e]{1,4096}")) {
            throw new ModelException(
                    "a token of visible ASCII characters in " + source, "another value", "set it to the token alone");
        }
        return new Token(value);
    }

    /// Returns the token itself, to be sent and for nothing else.
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "(token)";
    }
}
