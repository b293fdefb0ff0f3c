package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Computes the signature of a received request from the specification, without the AWS SDK. Together with
 * {@link RawServer} it stands in for AWS's endpoints, which cannot be had in a test.
 *
 * <pre>
 *   canonical  := method \n path encoded twice \n sorted query \n signed headers, one a line \n \n names \n hex(sha256(body))
 *   to sign    := AWS4-HMAC-SHA256 \n x-amz-date \n date/region/service/aws4_request \n hex(sha256(canonical))
 * </pre>
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">the
 *     specification</a>
 */
record AwsSignature(String accessKey, String secretKey, String region, String service) {

    /** What {@code authorization} must be, given the header names it says it has signed. */
    String expected(RawServer.Request request) throws GeneralSecurityException {
        String names = between(request.header("authorization"), "SignedHeaders=", ",");
        String time = request.header("x-amz-date");
        String scope = String.join("/", time.substring(0, 8), region, service, "aws4_request");
        String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, sha256(canonical(request, names)));
        byte[] key = ("AWS4" + secretKey).getBytes(UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        return "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                .formatted(accessKey, scope, names, HexFormat.of().formatHex(hmac(key, toSign)));
    }

    static String sha256(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String sha256(String text) throws GeneralSecurityException {
        return sha256(text.getBytes(UTF_8));
    }

    private static String canonical(RawServer.Request request, String names) throws GeneralSecurityException {
        URI target = URI.create(request.target());
        String path = Arrays.stream(target.getRawPath().split("/", -1))
                .map(AwsSignature::encode)
                .collect(Collectors.joining("/"));
        String headers = Arrays.stream(names.split(";"))
                .map(name -> name + ":" + request.header(name) + "\n")
                .collect(Collectors.joining());
        return String.join(
                "\n", request.method(), path, query(target.getRawQuery()), headers, names, sha256(request.body()));
    }

    private static String query(String raw) {
        return raw == null
                ? ""
                : Arrays.stream(raw.split("&"))
                        .map(pair -> pair.contains("=") ? pair : pair + "=")
                        .map(pair -> Arrays.stream(pair.split("=", 2))
                                .map(part -> encode(URLDecoder.decode(part, UTF_8)))
                                .collect(Collectors.joining("=")))
                        .sorted()
                        .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }
}
