package io.sluice.proxy;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.sluice.config.ProxyConfig.ServerTls;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is shown to those who connect: read from PEM files, and read again when these change. Files that do not fit together,
 * such as half of a change, are told of and change nothing.
 *
 * <p>{@link #context} from any thread, {@link #look} from one.
 */
final class ReloadingTls {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final ServerTls settings;
    private volatile SslContext context;
    private List<Object> seen;

    private ReloadingTls(ServerTls settings) throws IOException {
        this.settings = settings;
        this.seen = marks();
        this.context = build();
    }

    /**
     * Reads the files.
     *
     * @throws IOException or IllegalArgumentException when one of them is not what it should be
     */
    static ReloadingTls of(ServerTls settings) throws IOException {
        return new ReloadingTls(settings);
    }

    SslContext context() {
        return context;
    }

    /** Reads the files again if they are others than before. */
    void look() {
        try {
            List<Object> now = marks();
            if (!now.equals(seen)) {
                seen = now;
                context = build();
                LOG.info("The certificate {} was read again", settings.cert());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "The certificate {} changed but cannot be used ({}): the one before is still shown",
                    settings.cert(),
                    e.getMessage());
        }
    }

    private List<Object> marks() throws IOException {
        List<Object> marks = new ArrayList<>();
        mark(settings.cert(), marks);
        mark(settings.key(), marks);
        if (settings.ca() != null) {
            mark(settings.ca(), marks);
        }
        return marks;
    }

    private static void mark(String file, List<Object> marks) throws IOException {
        Path path = Path.of(file);
        FileTime changed = Files.getLastModifiedTime(path);
        marks.add(changed);
        marks.add(Files.size(path));
        marks.add(String.valueOf(Files.readAttributes(path, "*").get("fileKey")));
    }

    private SslContext build() throws IOException {
        SslContextBuilder builder = SslContextBuilder.forServer(new File(settings.cert()), new File(settings.key()))
                .sslProvider(SslProvider.JDK);
        if (settings.ca() != null) {
            builder.trustManager(new File(settings.ca())).clientAuth(ClientAuth.REQUIRE);
        }
        return builder.build();
    }
}
