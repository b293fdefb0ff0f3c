package io.sluice.proxy;

import io.netty.handler.ssl.SslContext;
import io.sluice.config.ConfigurationException;
import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.config.ProxyConfig;
import io.sluice.config.ProxyConfig.ServerTls;
import io.sluice.proxy.admin.AdminServer;
import io.sluice.proxy.admin.AdminToken;
import io.sluice.proxy.admin.Administered;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the proxy's process begins and ends. */
public final class ProxyMain {

    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static final String USAGE = "Usage: sluice-proxy -c migration.yaml";

    private ProxyMain() {}

    /** Runs a proxy until the process is told to end. */
    @SuppressWarnings("noSystemExitOutsideMain")
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err)
            throws InterruptedException {
        if (arguments.equals(List.of("-h")) || arguments.equals(List.of("--help"))) {
            out.println(USAGE);
            return 0;
        }
        if (arguments.size() != 2
                || !(arguments.get(0).equals("-c") || arguments.get(0).equals("--config"))) {
            err.println(USAGE);
            return WRONG_USAGE;
        }
        try {
            RunningProxy proxy = RunningProxy.start(ConfigurationFile.read(Path.of(arguments.get(1)), environment));
            Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "end"));
            out.println(proxy.line());
            new CountDownLatch(1).await(); // the end comes by signal
            return 0;
        } catch (ConfigurationException e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        } catch (IllegalArgumentException e) {
            err.println(arguments.get(1) + ": " + e.getMessage());
            return WRONG_USAGE;
        } catch (IOException e) {
            err.println("Cannot start the proxy: " + e.getMessage());
            return FAILED;
        }
    }

    /** A proxy with its admin port. */
    static final class RunningProxy implements AutoCloseable {

        private final Proxy proxy;
        private final AdminServer admin;
        private final @Nullable Recording recording;

        private RunningProxy(Proxy proxy, AdminServer admin, @Nullable Recording recording) {
            this.proxy = proxy;
            this.admin = admin;
            this.recording = recording;
        }

        static RunningProxy start(MigrationConfig config) throws IOException {
            ProxyConfig settings = SettingsReader.proxy(config);
            ReloadingTls tls = settings.adminTls() == null ? null : ReloadingTls.of(settings.adminTls());
            AdminToken token = token(config, settings);
            ProxySettings own =
                    SettingsReader.settings(config, Runtime.getRuntime().availableProcessors());
            AdminServer admin = AdminServer.bind(settings.admin());
            Recording recording = null;
            Proxy proxy = null;
            try {
                recording = Recording.open(config, admin.port());
                proxy = Proxy.start(own, recording == null ? null : recording.recorder());
                Administered administered =
                        new Administered(proxy.gate(), proxy.tally(), proxy.clusters(), proxy::clients, recording);
                admin.serve(administered, contexts(tls), token);
                return new RunningProxy(proxy, admin, recording);
            } catch (IOException | RuntimeException e) {
                if (proxy != null) {
                    proxy.close();
                }
                if (recording != null) {
                    recording.close();
                }
                admin.close();
                throw e;
            }
        }

        private static @Nullable AdminToken token(MigrationConfig config, ProxyConfig settings) throws IOException {
            ServerTls tls = settings.adminTls();
            if (tls != null && tls.ca() != null) {
                return null; // a certificate is asked for instead
            }
            return AdminToken.of(
                    SettingsReader.file(config, settings.adminToken(), "proxy.admin_token", "admin-token"));
        }

        private static @Nullable Supplier<SslContext> contexts(@Nullable ReloadingTls tls) {
            if (tls == null) {
                return null;
            }
            return () -> {
                tls.look();
                return tls.context();
            };
        }

        /** What is said when it is there. */
        String line() {
            return "The proxy listens on port " + proxy.port() + ", its admin port is " + admin.port() + ".";
        }

        int port() {
            return proxy.port();
        }

        int adminPort() {
            return admin.port();
        }

        @Override
        public void close() {
            proxy.close();
            if (recording != null) {
                recording.close(); // after the last exchange, so that its end is in it
            }
            admin.close();
        }
    }
}
