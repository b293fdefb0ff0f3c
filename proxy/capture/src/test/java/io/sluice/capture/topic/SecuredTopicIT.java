package io.sluice.capture.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.Identity;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, SCRAM and ACLs together; and whatever goes wrong, no secret is told: not in failures, not in Kafka's own logs. */
class SecuredTopicIT {

    private static final String SECRET = "hush-7Q9x";
    private static final String WRONG = "wrong-hush-2B";
    private static final Duration IMPATIENCE = Duration.ofSeconds(4);
    private static final TopicPlan PLAN = TopicPlan.live(2, 1, Duration.ofDays(1));

    @TempDir
    private static Path folder;

    private static Identity server;
    private static Identity stranger;
    private static KafkaProcess kafka;

    private final Listening listening = new Listening();
    private Level before = Level.INFO;

    /** Keeps all that is logged, with its stack. */
    private static final class Listening extends AbstractAppender {
        private final List<String> texts = new CopyOnWriteArrayList<>();

        Listening() {
            super("listening", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            Throwable thrown = event.getThrown();
            texts.add(event.getMessage().getFormattedMessage());
            while (thrown != null) {
                texts.add(String.valueOf(thrown));
                thrown = thrown.getCause();
            }
        }
    }

    @BeforeAll
    static void startKafka() throws Exception {
        server = Identity.make(folder, "server", "EC", "ip:127.0.0.1");
        stranger = Identity.make(folder, "stranger", "EC", "ip:127.0.0.1");
        kafka = KafkaProcess.start(KafkaSetup.single()
                .withTls(Path.of(server.keyAndCertificate()))
                .withUser("capture", SECRET)
                .withUser("other", SECRET)
                .withAcls());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.insideAddress()))) {
            AccessControlEntry all =
                    new AccessControlEntry("User:capture", "*", AclOperation.ALL, AclPermissionType.ALLOW);
            AccessControlEntry look =
                    new AccessControlEntry("User:other", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW);
            ResourcePattern topics = new ResourcePattern(ResourceType.TOPIC, "sluice-", PatternType.PREFIXED);
            admin.createAcls(List.of(new AclBinding(topics, all), new AclBinding(topics, look)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopKafka() throws Exception {
        kafka.close();
    }

    @BeforeEach
    void listen() {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        listening.start();
        before = context.getRootLogger().getLevel();
        context.getRootLogger().addAppender(listening);
        context.getRootLogger().setLevel(Level.DEBUG);
    }

    @AfterEach
    void nothingSecretWasLogged() {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        context.getRootLogger().setLevel(before);
        context.getRootLogger().removeAppender(listening);
        assertThat(listening.texts).isNotEmpty().noneMatch(text -> text.contains(SECRET) || text.contains(WRONG));
    }

    private static Map<String, String> client(String user, String password) throws Exception {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                kafka.address(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + password + "\";",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                server.certificate()));
    }

    private static void lookAt(Map<String, String> client, String topic) throws IOException {
        try (TopicAdmin admin = TopicAdmin.open(new KafkaAccess(client, topic, IMPATIENCE))) {
            admin.find();
        }
    }

    @Test
    void isCreatedWrittenAndReadByWhoMay() throws Exception {
        KafkaAccess access = new KafkaAccess(client("capture", SECRET), "sluice-secured");
        try (TopicAdmin admin = TopicAdmin.open(access)) {
            assertThat(admin.create(PLAN)).isTrue();
            assertThat(PLAN.differences("sluice-secured", admin.find().orElseThrow()))
                    .isEmpty();
            // It may not look at the cluster, so there is nothing to say of disks.
            assertThat(admin.disks()).isEmpty();
        }

        Forgetting.write(access, new io.sluice.capture.read.Run(new java.util.UUID(1, 2), 3), java.time.Instant.now());

        try (TopicAdmin admin = TopicAdmin.open(access)) {
            assertThat(admin.records()).isEqualTo(2);
        }
    }

    @Test
    void isClosedToAWrongPassword() throws Exception {
        Map<String, String> client = client("capture", WRONG);

        assertThatThrownBy(() -> lookAt(client, "sluice-x"))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("refuses the credentials of capture.security (SCRAM-SHA-512)")
                .hasMessageNotContaining(WRONG);
    }

    @Test
    void tellsWhichRightIsMissing() throws Exception {
        KafkaAccess access = new KafkaAccess(client("other", SECRET), "sluice-forbidden", IMPATIENCE);

        try (TopicAdmin admin = TopicAdmin.open(access)) {
            assertThatThrownBy(() -> admin.create(PLAN))
                    .isInstanceOf(TopicException.class)
                    .hasMessageContaining("does not allow this user to create topic sluice-forbidden")
                    .hasMessageContaining("docs/capture-kafka.md");
        }
    }

    @Test
    void trustsNoStranger() throws Exception {
        Map<String, String> client = client("capture", SECRET);
        client.put("ssl.truststore.location", stranger.certificate());

        assertThatThrownBy(() -> lookAt(client, "sluice-x"))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("TLS with Kafka at " + kafka.address() + " fails")
                .hasMessageContaining("ssl.truststore.location");
    }

    @Test
    void doesNotAnswerWhoSpeaksAnotherProtocol() {
        Map<String, String> client = Map.of("bootstrap.servers", kafka.address());

        assertThatThrownBy(() -> lookAt(client, "sluice-x"))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("does not answer")
                .hasMessageContaining("does its listener speak PLAINTEXT, as capture.security says?");
    }

    @Test
    void isWaitedForNoLongerThanPatienceLasts() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        Map<String, String> client = client("capture", SECRET);
        client.put("bootstrap.servers", "127.0.0.1:" + closed);
        long begin = System.nanoTime();

        assertThatThrownBy(() -> lookAt(client, "sluice-x"))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("Kafka at 127.0.0.1:" + closed + " does not answer");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(IMPATIENCE.multipliedBy(4));
    }

    @Test
    void saysWhatOfTheSettingsCannotBeUsed() throws Exception {
        for (Map<String, String> wrong : List.of(
                Map.of("sasl.jaas.config", "ScramLoginModule required password=\"" + SECRET + "\""),
                Map.of("sasl.jaas.config", SECRET),
                Map.of("ssl.truststore.location", folder.resolve("absent.pem").toString()),
                Map.of("ssl.keystore.type", "PEM", "ssl.keystore.key", SECRET, "ssl.keystore.certificate.chain", "x"),
                Map.of("security.protocol", "TLS"))) {
            Map<String, String> client = client("capture", SECRET);
            client.putAll(wrong);

            assertThatThrownBy(() -> lookAt(client, "sluice-x"))
                    .isInstanceOf(TopicException.class)
                    .hasMessageContaining("cannot be made of capture.brokers and capture.security")
                    .hasMessageNotContaining(SECRET);
        }
    }

    @Test
    void isReachedByAmazonsWayWhereItIsConfigured() {
        Map<String, String> client = Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "AWS_MSK_IAM",
                "sasl.jaas.config", "software.amazon.msk.auth.iam.IAMLoginModule required;",
                "sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler");

        // Nobody is there to prove it to; that a client can be made proves that all it needs is on the class path.
        assertThatThrownBy(() -> lookAt(client, "sluice-x")).hasMessageContaining("does not answer");
    }
}
