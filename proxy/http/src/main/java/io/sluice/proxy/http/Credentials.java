package io.sluice.proxy.http;

import io.netty.util.AsciiString;
import java.util.List;

/** The headers whose values are secrets. */
public final class Credentials {

    /** What stands in their place. */
    static final AsciiString REDACTED = AsciiString.cached("<redacted>");

    private static final List<AsciiString> NAMES = List.of(
            AsciiString.cached("authorization"),
            AsciiString.cached("proxy-authorization"),
            AsciiString.cached("es-secondary-authorization"),
            AsciiString.cached("cookie"),
            AsciiString.cached("set-cookie"),
            AsciiString.cached("x-amz-security-token"),
            AsciiString.cached("es-security-runas-user"),
            AsciiString.cached("es-client-authentication"),
            AsciiString.cached("x-es-apikey"),
            AsciiString.cached("x-api-key"),
            AsciiString.cached("api-key"),
            AsciiString.cached("apikey"),
            AsciiString.cached("x-auth-token"),
            AsciiString.cached("x-proxy-user"),
            AsciiString.cached("x-proxy-roles"),
            AsciiString.cached("www-authenticate"),
            AsciiString.cached("proxy-authenticate"),
            AsciiString.cached("authentication-info"));

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
