package io.sluice.capture;

import java.util.Locale;
import java.util.Set;

/** The headers whose values are secrets: not captured unless that is wanted, and never sent on by whoever reads a capture. */
public final class CredentialHeaders {

    /** What stands in the place of their values in a capture. */
    public static final String REDACTED = "<redacted>";

    /** In lower case. */
    public static final Set<String> NAMES = Set.of(
            "authorization",
            "proxy-authorization",
            "es-secondary-authorization",
            "cookie",
            "set-cookie",
            "x-amz-security-token",
            "x-amzn-oidc-accesstoken",
            "x-amzn-oidc-data",
            "x-amzn-oidc-identity",
            "es-security-runas-user",
            "es-client-authentication",
            "x-es-apikey",
            "x-api-key",
            "api-key",
            "apikey",
            "x-auth-token",
            "x-proxy-user",
            "x-proxy-roles",
            "www-authenticate",
            "proxy-authenticate",
            "authentication-info");

    private CredentialHeaders() {}

    /** Whether a header, in letters of any case, is one of them. */
    public static boolean has(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT));
    }
}
