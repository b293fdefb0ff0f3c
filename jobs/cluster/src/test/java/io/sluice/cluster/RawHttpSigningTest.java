package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every signature is computed again by {@link AwsSignature}. The keys come from the SDK's own default chain:
 * its system properties, which are put back afterwards, are its first place to look.
 */
@Execution(ExecutionMode.SAME_THREAD)
final class RawHttpSigningTest {

    private static final String ACCESS_KEY = "AKIDEXAMPLE";
    private static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final List<String> PROPERTIES = List.of(
            "aws.accessKeyId",
            "aws.secretAccessKey",
            "aws.endpointUrlSts",
            "aws.sharedCredentialsFile",
            "aws.configFile",
            "aws.disableEc2Metadata");

    @TempDir
    private Path folder;

    private final BlockingQueue<RawServer.Request> received = new LinkedBlockingQueue<>();

    @BeforeEach
    void provideKeys() {
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", SECRET_KEY);
        System.setProperty("aws.disableEc2Metadata", "true");
        System.setProperty("aws.configFile", folder.resolve("config").toString());
        System.setProperty(
                "aws.sharedCredentialsFile", folder.resolve("credentials").toString());
    }

    @AfterEach
    void takeTheKeysAway() {
        PROPERTIES.forEach(System::clearProperty);
    }

    private RawServer recorder() throws Exception {
        return RawServer.plain(peer -> {
            for (RawServer.Request request = peer.request(); request != null; request = peer.request()) {
                received.add(request);
                peer.answer(RawServer.ok("{}"));
            }
        });
    }

    private static RawRequest post(String path, String body) {
        return new RawRequest(
                "POST",
                path,
                "application/x-ndjson",
                List.of(ByteBuffer.wrap(body.getBytes(UTF_8))),
                Duration.ofSeconds(20));
    }

    private static RawHttp open(URI uri, Credentials credentials, GzipPolicy gzip) throws Exception {
        return RawHttps.open(
                new ClusterAddress(uri, credentials, TlsSettings.DEFAULT), RawHttpOptions.DEFAULT.withGzip(gzip));
    }

    private static void send(RawHttp http, RawRequest request) throws Exception {
        assertThat(http.send(request).get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/books/_bulk?pipeline=_none",
                "/",
                "/_bulk?filter_path=errors,items.*.status&pipeline=_none&refresh",
                "/b%C3%BCcher,logs-*/_search?q=a%20b%2Bc"
            })
    void signsAsTheSpecificationSays(String path) throws Exception {
        Credentials credentials = new Credentials.SigV4("eu-west-1", "es", null, null);
        try (RawServer server = recorder();
                RawHttp http = open(server.uri(), credentials, GzipPolicy.OFF)) {
            send(http, post(path, "{\"index\":{}}\n{\"a\":1}\n"));

            RawServer.Request request = received.take();
            assertThat(request.header("authorization"))
                    .isEqualTo(new AwsSignature(ACCESS_KEY, SECRET_KEY, "eu-west-1", "es").expected(request));
            assertThat(request.header("host"))
                    .isEqualTo("localhost:" + server.uri().getPort());
        }
    }

    @Test
    void signsTheHashOfTheBodyForServerlessAndNotItsLength() throws Exception {
        Credentials credentials = new Credentials.SigV4("us-east-1", "aoss", null, null);
        try (RawServer server = recorder();
                RawHttp http = open(server.uri(), credentials, GzipPolicy.OFF)) {
            send(http, post("/books/_bulk", "some body"));

            RawServer.Request request = received.take();
            assertThat(request.header("x-amz-content-sha256"))
                    .isEqualTo(AwsSignature.sha256("some body".getBytes(UTF_8)));
            assertThat(request.header("authorization"))
                    .isEqualTo(new AwsSignature(ACCESS_KEY, SECRET_KEY, "us-east-1", "aoss").expected(request))
                    .contains("x-amz-content-sha256")
                    .doesNotContain("content-length");
        }
    }

    @Test
    void signsTheBytesThatGoOverTheWire() throws Exception {
        Credentials credentials = new Credentials.SigV4("us-east-1", "es", null, null);
        try (RawServer server = recorder();
                RawHttp http = open(server.uri(), credentials, GzipPolicy.ON)) {
            send(http, post("/_bulk", "x".repeat(100_000)));

            RawServer.Request request = received.take();
            assertThat(request.header("content-encoding")).isEqualTo("gzip");
            assertThat(request.header("authorization"))
                    .isEqualTo(new AwsSignature(ACCESS_KEY, SECRET_KEY, "us-east-1", "es").expected(request));
        }
    }

    @Test
    void takesTheKeysOfTheProfileThatIsNamed() throws Exception {
        Files.writeString(
                folder.resolve("credentials"),
                "[migration]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = profiles-own\n");
        Credentials credentials = new Credentials.SigV4("us-east-1", "es", "migration", null);
        try (RawServer server = recorder();
                RawHttp http = open(server.uri(), credentials, GzipPolicy.OFF)) {
            send(http, post("/_bulk", "x"));

            RawServer.Request request = received.take();
            assertThat(request.header("authorization"))
                    .isEqualTo(new AwsSignature("AKIDPROFILE", "profiles-own", "us-east-1", "es").expected(request));
        }
    }

    @Test
    void assumesARoleOnceAndSignsWithItsKeys() throws Exception {
        BlockingQueue<RawServer.Request> assumed = new LinkedBlockingQueue<>();
        Credentials credentials =
                new Credentials.SigV4("us-east-1", "es", null, "arn:aws:iam::123456789012:role/migration");
        try (RawServer server = recorder();
                RawServer sts = tokenService(assumed)) {
            System.setProperty("aws.endpointUrlSts", sts.uri().toString());
            try (RawHttp http = open(server.uri(), credentials, GzipPolicy.OFF)) {
                send(http, post("/_bulk", "1"));
                send(http, post("/_bulk", "2"));
            }
        }

        assertThat(assumed).hasSize(1);
        RawServer.Request asked = assumed.take();
        assertThat(URLDecoder.decode(asked.text(), UTF_8))
                .contains("Action=AssumeRole", "RoleArn=arn:aws:iam::123456789012:role/migration");
        assertThat(asked.header("authorization"))
                .isEqualTo(new AwsSignature(ACCESS_KEY, SECRET_KEY, "us-east-1", "sts").expected(asked));
        for (RawServer.Request request : List.of(received.take(), received.take())) {
            assertThat(request.header("x-amz-security-token")).isEqualTo("the-token");
            assertThat(request.header("authorization"))
                    .isEqualTo(new AwsSignature("ASIAROLE", "roles-own", "us-east-1", "es").expected(request));
        }
    }

    private static RawServer tokenService(BlockingQueue<RawServer.Request> asked) throws Exception {
        String answer = """
                <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
                <Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>roles-own</SecretAccessKey>
                <SessionToken>the-token</SessionToken><Expiration>%s</Expiration></Credentials>
                </AssumeRoleResult></AssumeRoleResponse>""".formatted(Instant.now().plusSeconds(3600));
        return RawServer.plain(peer -> {
            for (RawServer.Request request = peer.request(); request != null; request = peer.request()) {
                asked.add(request);
                peer.answer(RawServer.ok(answer).replaceFirst("\r\n", "\r\ncontent-type: text/xml\r\n"));
            }
        });
    }

    @Test
    void saysThatThereAreNoKeysAndThatNothingWasSent() throws Exception {
        Credentials credentials = new Credentials.SigV4("us-east-1", "es", "no-such-profile", null);
        try (RawServer server = recorder()) {
            Throwable failure = catchThrowable(() -> {
                try (RawHttp http = open(server.uri(), credentials, GzipPolicy.OFF)) {
                    send(http, post("/_bulk", "x"));
                }
            });

            Throwable told = failure.getCause() == null ? failure : failure.getCause();
            assertThat(told)
                    .isInstanceOf(ClusterUnreachableException.class)
                    .hasMessageContaining("no-such-profile")
                    .hasMessageContaining("Nothing was sent.");
            assertThat(server.connections()).isZero();
        }
    }
}
