package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Thousands of damaged and deceiving requests: the source only ever sees whole, well-formed ones, no client gets anything of
 * another's, nothing hangs, and no buffer is lost.
 */
@ExtendWith(LeakCheck.class)
class FuzzIT {

    private static final System.Logger LOG = System.getLogger(FuzzIT.class.getName());
    private static final int REQUESTS = Boolean.getBoolean("sluice.long") ? 200_000 : 10_000;
    private static final int CLIENTS = 4;
    private static final long SEED = 20_000_606;

    /** Names a client in everything that it sends. */
    private static final Pattern MARK = Pattern.compile("m[0-9a-f]{16}");

    private static final List<String> SEEDS = List.of(
            "GET /MARK/_search?q=1 HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\n\r\n",
            "HEAD /MARK HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\n\r\n",
            "POST /MARK/_search HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\nContent-Length: 17\r\n\r\nMARK",
            "PUT /MARK/_doc/1 HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\nContent-Length: 0017\r\nExpect: 100-continue\r\n\r\nMARK",
            "POST /MARK/_bulk HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "11\r\nMARK\r\n1\r\n!\r\n0\r\n\r\n",
            "POST /MARK/_bulk HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\nTrailer: T\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "11;x=y\r\nMARK\r\n0\r\nT: MARK\r\n\r\n",
            "GET /MARK HTTP/1.0\r\nConnection: keep-alive\r\nX-Mark: MARK\r\n\r\n",
            "GET /MARK HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nX-Mark: MARK\r\n\r\n",
            "DELETE /MARK/_doc/1 HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\nConnection: close\r\n\r\n");

    private static final List<String> LURES = List.of(
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "transfer-encoding:\tchunked\r\n",
            "Transfer-Encoding:\u000bchunked\r\n",
            "X: y\nTransfer-Encoding: chunked\r\n",
            "X: y\rContent-Length: 3\r\n",
            "Content-Length: 3\r\n",
            "Content-Length: 0\r\n",
            "Content-Length: +3\r\n",
            "Content-Length: 3, 3\r\n",
            "Content-Length : 3\r\n",
            " Content-Length: 3\r\n",
            "Content_Length: 3\r\n",
            "Connection: Content-Length\r\n",
            "Host: b\r\n",
            "Sec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b\r\n",
            "Expect: 100-continue\r\n",
            "\r\n",
            "\n",
            "\r",
            "\0",
            "0\r\n\r\n",
            "GET /MARK HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\n\r\n",
            "GET /MARK HTTP/1.1\r\nX: ");

    /** The marks of all clients. Damage can make others of them, but none that is another client's. */
    private final Set<String> given = ConcurrentHashMap.newKeySet();

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong passed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    @Test
    void noDamagedRequestDeceivesTheProxy() throws Exception {
        try (RawSource source = new RawSource(this::answer);
                Proxy proxy = TestProxy.before(source.address()).start()) {
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                long seed = SEED + client;
                running.add(clients.submit(() -> fuzz(proxy, seed)));
            }
            for (Future<?> one : running) {
                one.get(30, TimeUnit.MINUTES);
            }
            clients.shutdown();

            assertThat(wrong).isEmpty();
            Waiting.until(() -> proxy.gate().inFlight() == 0 && proxy.clients() == 0);
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} damaged requests, seed {1}: {2} answers of the source, {3} of the proxy",
                    REQUESTS,
                    SEED,
                    passed,
                    refused);
            assertThat(passed.get()).isGreaterThan(REQUESTS / 10);
            assertThat(refused.get()).isGreaterThan(REQUESTS / 10);
        }
    }

    /** The source: tells each request what it was. Whatever is not a whole request is something that the proxy let through. */
    private void answer(RawSource.Peer peer) throws IOException {
        for (String head = peer.head(); head != null; head = peer.head()) {
            String line = head.substring(0, head.indexOf("\r\n"));
            if (!line.matches("[A-Z!#$%&'*+.^_`|~0-9a-z-]+ [^ ]+ HTTP/1\\.[01]")) {
                wrong.add("the source got: " + printable(head));
                return;
            }
            RawSource.Request request = peer.body(head);
            String told = head + request.text() + request.trailers();
            List<String> marks = MARK.matcher(told)
                    .results()
                    .map(result -> result.group())
                    .filter(given::contains)
                    .distinct()
                    .toList();
            if (marks.size() > 1) {
                wrong.add("one request has the marks " + marks + ": " + printable(told));
            }
            String body = String.join(",", marks);
            boolean toHead = line.startsWith("HEAD ");
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + (toHead ? "" : body));
        }
    }

    private void fuzz(Proxy proxy, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < REQUESTS / CLIENTS && wrong.isEmpty(); i++) {
            String mark = "m%016x".formatted(random.nextLong());
            given.add(mark);
            byte[] bytes = damage(random, mark);
            try (RawClient client = new RawClient(proxy.port())) {
                client.send(bytes).sendNoMore();
                check(mark, bytes, client.rest());
                if (i % 50 == 0) {
                    checkHealth(proxy, random);
                }
            } catch (IOException broken) {
                if (!String.valueOf(broken.getMessage()).matches(".*(reset|Broken pipe).*")) {
                    wrong.add(broken + " for " + printable(bytes));
                }
            }
        }
    }

    private void check(String mark, byte[] sent, String answers) {
        Matcher found = MARK.matcher(answers);
        while (found.find()) {
            if (!found.group().equals(mark) && given.contains(found.group())) {
                wrong.add("the client " + mark + " was told of " + found.group() + " after " + printable(sent));
            }
        }
        if (answers.contains("sluice_proxy_")) {
            refused.incrementAndGet();
        } else if (answers.startsWith("HTTP/1.1 200")) {
            passed.incrementAndGet();
        }
    }

    private void checkHealth(Proxy proxy, RandomGenerator random) throws IOException {
        String mark = "m%016x".formatted(random.nextLong());
        given.add(mark);
        try (RawClient client = new RawClient(proxy.port())) {
            String answer = client.ask("POST /" + mark + " HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n" + mark);
            if (!answer.endsWith("\r\n\r\n" + mark)) {
                wrong.add("a sane client got: " + printable(answer));
            }
        }
    }

    private static byte[] damage(RandomGenerator random, String mark) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            text.append(SEEDS.get(random.nextInt(SEEDS.size())).replace("MARK", mark));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            damageOnce(random, text, mark);
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void damageOnce(RandomGenerator random, StringBuilder text, String mark) {
        int at = random.nextInt(text.length());
        int line = text.indexOf("\r\n", at) + 2;
        int to = Math.min(text.length(), at + 1 + random.nextInt(8));
        switch (random.nextInt(8)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(256));
            case 1 -> text.insert(at, (char) random.nextInt(256));
            case 2 -> text.delete(at, Math.min(to, text.length() - 1));
            case 3, 4 ->
                text.insert(line, LURES.get(random.nextInt(LURES.size())).replace("MARK", mark));
            case 5 -> text.insert(at, text.substring(at, to));
            case 6 -> text.insert(line, text.substring(line, Math.max(line, text.indexOf("\r\n", line) + 2)));
            default -> text.setLength(Math.max(1, at));
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String printable(byte[] bytes) {
        return printable(text(bytes));
    }

    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars()
                .forEach(c -> shown.append(c >= ' ' && c < 127 ? String.valueOf((char) c) : "\\x%02x".formatted(c)));
        return shown.toString();
    }
}
