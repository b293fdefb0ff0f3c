package io.sluice.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A role is assumed before the bucket is read. Neither of the two services is real: {@link Aws} is written by hand
 * and looks at who asks, not at signatures.
 */
class AssumedRoleTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/reader";
    private static final List<String> PROPERTIES =
            List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.endpointUrlSts", "aws.disableEc2Metadata");

    private Aws aws;

    @BeforeEach
    void start() throws IOException {
        aws = new Aws();
        System.setProperty("aws.accessKeyId", Aws.OWN_KEY);
        System.setProperty("aws.secretAccessKey", "own secret");
        System.setProperty("aws.endpointUrlSts", aws.address().toString());
        System.setProperty("aws.disableEc2Metadata", "true");
    }

    @AfterEach
    void stop() {
        aws.server.stop(0);
        PROPERTIES.forEach(System::clearProperty);
    }

    @Test
    void theBucketIsReadWithTheCredentialsOfTheRole() throws IOException {
        try (BlobStore store = BlobStore.open(bucket(ROLE))) {
            assertThat(new String(store.readAll("index-0", 1000), StandardCharsets.UTF_8))
                    .isEqualTo(Aws.CONTENT);
        }
    }

    @Test
    void withoutTheRoleTheBucketIsClosed() {
        assertThatThrownBy(() -> BlobStore.open(bucket(null)).close())
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("Not allowed to")
                .hasMessageContaining("s3://b");
    }

    @Test
    void aRoleThatMayNotBeAssumedIsAnErrorThatNamesItAndHoldsNoSecret() {
        String other = "arn:aws:iam::123456789012:role/other";

        assertThatThrownBy(() -> BlobStore.open(bucket(other)).close())
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("Cannot assume " + other)
                .hasMessageContaining("not authorized to perform: sts:AssumeRole")
                .hasMessageNotContaining("own secret");
    }

    private RepositoryLocation bucket(@Nullable String role) {
        return new RepositoryLocation.S3("b", "", "eu-west-1", aws.address(), true, role, null);
    }

    /** STS and S3 at one address: a POST is for the first, a GET for the second. */
    private static final class Aws {
        static final String OWN_KEY = "AKIAOWN";
        static final String ROLE_KEY = "ASIAROLE";
        static final String CONTENT = "what only the role may read";
        static final String TOKEN = "token of the role";

        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        Aws() throws IOException {
            server.createContext("/", this::answer);
            server.start();
        }

        URI address() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        private void answer(HttpExchange exchange) throws IOException {
            if (exchange.getRequestMethod().equals("POST")) {
                assumeRole(exchange);
            } else {
                read(exchange);
            }
        }

        private static void assumeRole(HttpExchange exchange) throws IOException {
            String body = URLDecoder.decode(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8);
            boolean allowed = isSignedBy(exchange, OWN_KEY, "/sts/")
                    && body.contains("Action=AssumeRole&")
                    && body.contains("RoleArn=" + ROLE);
            if (!allowed) {
                say(exchange, 403, """
                        <ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>
                        <Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>""");
                return;
            }
            say(exchange, 200, """
                    <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId>
                    <SecretAccessKey>role secret</SecretAccessKey><SessionToken>%s</SessionToken>
                    <Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>""".formatted(ROLE_KEY, TOKEN, Instant.now().plus(1, ChronoUnit.HOURS)));
        }

        private static void read(HttpExchange exchange) throws IOException {
            boolean allowed = isSignedBy(exchange, ROLE_KEY, "/s3/")
                    && TOKEN.equals(exchange.getRequestHeaders().getFirst("x-amz-security-token"));
            if (allowed && exchange.getRequestURI().getQuery() != null) {
                say(exchange, 200, """
                        <ListBucketResult><Name>b</Name><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>
                        <Contents><Key>index-0</Key><Size>%d</Size></Contents></ListBucketResult>""".formatted(CONTENT.length()));
            } else if (allowed) {
                say(exchange, 200, CONTENT);
            } else {
                say(exchange, 403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
            }
        }

        private static boolean isSignedBy(HttpExchange exchange, String key, String service) {
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            return authorization.contains("Credential=" + key + "/") && authorization.contains(service);
        }

        private static void say(HttpExchange exchange, int status, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }
    }
}
