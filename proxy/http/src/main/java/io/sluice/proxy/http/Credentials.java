package io.sluice.proxy.http;

import io.netty.util.AsciiString;
import io.sluice.capture.CredentialHeaders;
import java.util.List;

/** Tells {@link CredentialHeaders} from others, without an object for each header. */
public final class Credentials {

    /** What stands in their place. */
    static final AsciiString REDACTED = AsciiString.cached(CredentialHeaders.REDACTED);

    private static final List<AsciiString> NAMES =
            CredentialHeaders.NAMES.stream().map(AsciiString::cached).toList();

    /** Bit n: some name has n letters. Most headers are told apart by that alone. */
    private static final long LENGTHS =
            NAMES.stream().mapToLong(name -> 1L << name.length()).reduce(0, (a, b) -> a | b);

    private Credentials() {}

    /** Whether a header's value is a secret. */
    public static boolean isOne(CharSequence name) {
        int length = name.length();
        if (length >= Long.SIZE || (LENGTHS & 1L << length) == 0) {
            return false;
        }
        for (AsciiString one : NAMES) {
            if (one.contentEqualsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
