package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HostPort;
import io.sluice.proxy.MemoryRecorder.Recorded;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Elasticsearch 7.10.2 quotes, in what it says of a broken bulk, the head of the request. */
@ExtendWith(LeakCheck.class)
class CredentialsIT {

    private static final String SECRET = "Basic c2VjcmV0LXVzZXI6c2VjcmV0LXBhc3N3b3Jk";
    private static final String BROKEN_DOCUMENT = "{\"index\":{\"_index\":\"probe\",\"_id\":\"1\"}}\n{\"a\":tru}\n";
    private static final String BROKEN_ACTION = "{\"index\":{\"_index\":\"probe\",\"_id\":\"1\"\n{}\n";

    private final URI endpoint = SharedServers.es7().endpoint();
    private final MemoryRecorder recorder = new MemoryRecorder();

    private static String bulk(String body) {
        return "POST /_bulk HTTP/1.1\r\nHost: a\r\nAuthorization: " + SECRET
                + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private TestProxy proxy() throws Exception {
        Servers.wipe(endpoint);
        return TestProxy.before(new HostPort(endpoint.getHost(), endpoint.getPort()));
    }

    @Test
    void credentialsThatTheSourceQuotesAreNotCaptured() throws Exception {
        try (Proxy proxy = proxy().start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            check(client.ask(bulk(BROKEN_DOCUMENT)), "200");
            check(client.ask(bulk(BROKEN_ACTION)), "400");
        }
    }

    /** The client is told what the source says. */
    private void check(String answer, String status) throws Exception {
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("Authorization: " + SECRET);
        Recorded captured = recorder.next().whole();
        assertThat(captured.requestHead()).contains("Authorization: <redacted>");
        assertThat(captured.answerHead() + captured.answerText())
                .hasSameSizeAs(answer)
                .contains("Authorization: ***")
                .doesNotContain("c2Vj");
    }

    @Test
    void whoWantsToKeepThemKeepsThem() throws Exception {
        try (Proxy proxy = proxy().keepingCredentials().start(recorder);
                RawClient client = new RawClient(proxy.port())) {
            String answer = client.ask(bulk(BROKEN_DOCUMENT));

            Recorded captured = recorder.next().whole();
            assertThat(captured.requestHead()).contains(SECRET);
            assertThat(captured.answerHead() + captured.answerText()).isEqualTo(answer);
        }
    }
}
