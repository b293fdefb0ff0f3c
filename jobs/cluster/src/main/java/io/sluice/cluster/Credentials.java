package io.sluice.cluster;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Who we are to a cluster. Client certificates are part of {@link TlsSettings}. */
public sealed interface Credentials extends Serializable {

    /** No credentials. */
    record None() implements Credentials {}

    /** HTTP basic. */
    record Basic(String username, Secret password) implements Credentials {}

    /** {@code Authorization: ApiKey …}: the encoded form, as the server handed it out. */
    record ApiKey(Secret encoded) implements Credentials {}

    /**
     * AWS Signature Version 4. The keys come from the AWS default chain unless a profile is named, and are
     * exchanged for those of {@code role} when one is named.
     *
     * @param service {@code es} or {@code aoss}
     */
    record SigV4(
            String region,
            String service,
            @Nullable String profile,
            @Nullable String role) implements Credentials {}
}
