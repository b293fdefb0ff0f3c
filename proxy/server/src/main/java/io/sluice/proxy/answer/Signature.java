package io.sluice.proxy.answer;

import java.util.regex.Pattern;

/** What a client proves by the request's own bytes. */
final class Signature {

    private static final Pattern OVER_TARGET =
            Pattern.compile("\\s*(?:AWS|AWS4-\\S*|Signature|Digest)\\s.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private Signature() {}

    /** Whether the target is signed: by AWS clients, HTTP message signatures, or digest access authentication. */
    static boolean coversTarget(Query query, HeaderValues headers) {
        return query.has("X-Amz-Signature")
                || !headers.of("Signature-Input").isEmpty()
                || headers.of("Authorization").stream().anyMatch(OVER_TARGET.asMatchPredicate());
    }
}
