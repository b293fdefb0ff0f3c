package io.sluice.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table of servers that can be started. Versions are exact: not every version of every module is
 * published, and those named here were started with each other.
 */
public final class Distributions {

    private static final int ANY_LATER = Integer.MAX_VALUE;

    /** Elasticsearch 6.8.23, the whole default distribution. */
    public static final Distribution ES_6_8_23 = new Distribution(
            "es-6.8.23",
            Product.ELASTICSEARCH,
            "6.8.23",
            Coordinates.of("org.elasticsearch.distribution.zip:elasticsearch:6.8.23:zip"),
            List.of(),
            11,
            17,
            Map.of("xpack.security.enabled", "false", "xpack.ml.enabled", "false"));

    /** Elasticsearch 7.10.2 with scripts, analysis, reindex, joins and ingest. */
    public static final Distribution ES_7_10_2 = new Distribution(
            "es-7.10.2",
            Product.ELASTICSEARCH,
            "7.10.2",
            Coordinates.of("org.elasticsearch.distribution.integ-test-zip:elasticsearch:7.10.2:zip"),
            es7Modules(),
            17,
            17,
            Map.of());

    /** Elasticsearch 7.17.29, bare: no scripts, analysis or joins. */
    public static final Distribution ES_7_17_29 = bareElasticsearch("7.17.29", 17, 17);

    /** Elasticsearch 8.19.21, bare; it does not answer at {@code /}. */
    public static final Distribution ES_8_19_21 = bareElasticsearch("8.19.21", 17, 21);

    /** Elasticsearch 9.5.3, bare; it does not answer at {@code /}. Needs a JDK of at least 21. */
    public static final Distribution ES_9_5_3 = bareElasticsearch("9.5.3", 21, 25);

    /** OpenSearch 1.3.20 with scripts, analysis, reindex and joins. */
    public static final Distribution OS_1_3_20 = new Distribution(
            "os-1.3.20",
            Product.OPENSEARCH,
            "1.3.20",
            Coordinates.of("org.opensearch.distribution.integ-test-zip:opensearch:1.3.20:zip"),
            openSearch1Modules(),
            11,
            17,
            Map.of());

    /** OpenSearch 2.19.6 with scripts, analysis, reindex and joins. */
    public static final Distribution OS_2_19_6 = new Distribution(
            "os-2.19.6",
            Product.OPENSEARCH,
            "2.19.6",
            Coordinates.of("org.opensearch.distribution.integ-test-zip:opensearch:2.19.6:zip"),
            openSearch2Modules(),
            17,
            17,
            Map.of());

    /** OpenSearch 3.6.0; its archive has all modules. Needs a JDK of at least 21. */
    public static final Distribution OS_3_6_0 = openSearch3("3.6.0");

    /** OpenSearch 3.8.0; its archive has all modules. Needs a JDK of at least 21. */
    public static final Distribution OS_3_8_0 = openSearch3("3.8.0");

    private Distributions() {}

    /** All of them, of each product the oldest first. */
    public static List<Distribution> all() {
        return List.of(
                ES_6_8_23, ES_7_10_2, ES_7_17_29, ES_8_19_21, ES_9_5_3, OS_1_3_20, OS_2_19_6, OS_3_6_0, OS_3_8_0);
    }

    private static Distribution bareElasticsearch(String version, int lowestJava, int highestJava) {
        return new Distribution(
                "es-" + version,
                Product.ELASTICSEARCH,
                version,
                Coordinates.of("org.elasticsearch.distribution.integ-test-zip:elasticsearch:" + version + ":zip"),
                List.of(),
                lowestJava,
                highestJava,
                Map.of("xpack.security.enabled", "false"));
    }

    private static Distribution openSearch3(String version) {
        return new Distribution(
                "os-" + version,
                Product.OPENSEARCH,
                version,
                Coordinates.of("org.opensearch.distribution.integ-test-zip:opensearch:" + version + ":zip"),
                List.of(),
                21,
                ANY_LATER,
                Map.of());
    }

    private static List<ServerModule> es7Modules() {
        String modules = "org.codelibs.elasticsearch.module:";
        String libraries = "org.codelibs.elasticsearch.lib:";
        return List.of(
                painless(
                        "org.elasticsearch",
                        jars(
                                modules + "lang-painless:7.10.2",
                                modules + "scripting-painless-spi:7.10.2",
                                "org.antlr:antlr4-runtime:4.5.3"),
                        "7.2"),
                analysis("org.elasticsearch", modules + "analysis-common:7.10.2"),
                reindex(
                        "org.elasticsearch",
                        jars(
                                modules + "reindex:7.10.2",
                                libraries + "ssl-config:7.10.2",
                                "org.elasticsearch.client:elasticsearch-rest-client:7.10.2",
                                "org.apache.httpcomponents:httpclient:4.5.10",
                                "org.apache.httpcomponents:httpcore:4.4.12",
                                "org.apache.httpcomponents:httpcore-nio:4.4.12",
                                "org.apache.httpcomponents:httpasyncclient:4.1.4",
                                "commons-codec:commons-codec:1.11",
                                "commons-logging:commons-logging:1.1.3")),
                parentJoin("org.elasticsearch", modules + "parent-join:7.10.2"),
                mapperExtras("org.elasticsearch", modules + "mapper-extras:7.10.2"),
                ingest(modules, libraries),
                ServerModule.of(
                        "repository-url",
                        "org.elasticsearch.plugin.repository.url.URLRepositoryPlugin",
                        jars(modules + "repository-url:7.10.2")));
    }

    private static ServerModule ingest(String modules, String libraries) {
        return ServerModule.of(
                        "ingest-common",
                        "org.elasticsearch.ingest.common.IngestCommonPlugin",
                        jars(
                                modules + "ingest-common:7.10.2",
                                libraries + "grok:7.10.2",
                                libraries + "dissect:7.10.2",
                                "org.jruby.joni:joni:2.1.29",
                                "org.jruby.jcodings:jcodings:1.0.44"))
                .extending("lang-painless")
                .permitted(GET_CLASS_LOADER);
    }

    private static List<ServerModule> openSearch1Modules() {
        String plugins = "org.opensearch.plugin:";
        return List.of(
                painless(
                        "org.opensearch",
                        jars(
                                plugins + "lang-painless:1.3.14",
                                plugins + "opensearch-scripting-painless-spi:1.3.14",
                                "org.antlr:antlr4-runtime:4.5.3"),
                        "9.5"),
                analysis("org.opensearch", plugins + "analysis-common:1.3.17"),
                reindex(
                        "org.opensearch",
                        jars(
                                plugins + "reindex-client:1.3.20",
                                "org.opensearch:opensearch-ssl-config:1.3.20",
                                "org.opensearch.client:opensearch-rest-client:1.3.20",
                                "org.apache.httpcomponents:httpclient:4.5.13",
                                "org.apache.httpcomponents:httpcore:4.4.12",
                                "org.apache.httpcomponents:httpcore-nio:4.4.12",
                                "org.apache.httpcomponents:httpasyncclient:4.1.4",
                                "commons-codec:commons-codec:1.13",
                                "commons-logging:commons-logging:1.1.3")),
                parentJoin("org.opensearch", plugins + "parent-join-client:1.3.20"),
                mapperExtras("org.opensearch", plugins + "mapper-extras-client:1.3.20"));
    }

    private static List<ServerModule> openSearch2Modules() {
        String plugins = "org.opensearch.plugin:";
        return List.of(
                painless(
                        "org.opensearch",
                        jars(
                                plugins + "lang-painless:2.19.6",
                                plugins + "opensearch-scripting-painless-spi:2.19.6",
                                "org.antlr:antlr4-runtime:4.13.1"),
                        "9.7"),
                analysis("org.opensearch", plugins + "analysis-common:2.19.6"),
                reindex(
                        "org.opensearch",
                        jars(
                                plugins + "reindex-client:2.19.6",
                                "org.opensearch:opensearch-ssl-config:2.19.6",
                                "org.opensearch.client:opensearch-rest-client:2.19.6",
                                "org.apache.httpcomponents:httpclient:4.5.14",
                                "org.apache.httpcomponents:httpcore:4.4.16",
                                "org.apache.httpcomponents:httpcore-nio:4.4.16",
                                "org.apache.httpcomponents:httpasyncclient:4.1.5",
                                "commons-codec:commons-codec:1.18.0",
                                "commons-logging:commons-logging:1.2")),
                parentJoin("org.opensearch", plugins + "parent-join-client:2.19.6"),
                mapperExtras("org.opensearch", plugins + "mapper-extras-client:2.19.6"));
    }

    private static final String GET_CLASS_LOADER = "java.lang.RuntimePermission \"getClassLoader\"";
    private static final String CREATE_CLASS_LOADER = "java.lang.RuntimePermission \"createClassLoader\"";
    private static final String CONNECT = "java.net.SocketPermission \"*\", \"connect\"";

    private static ServerModule painless(String root, List<Coordinates> jars, String asmVersion) {
        Stream<Coordinates> asm = Stream.of("asm", "asm-util", "asm-tree", "asm-commons", "asm-analysis")
                .map(artifact -> Coordinates.of("org.ow2.asm:" + artifact + ":" + asmVersion));
        return ServerModule.of(
                        "lang-painless",
                        root + ".painless.PainlessPlugin",
                        Stream.concat(jars.stream(), asm).toList())
                .permitted(GET_CLASS_LOADER, CREATE_CLASS_LOADER);
    }

    private static ServerModule analysis(String root, String jar) {
        return ServerModule.of("analysis-common", root + ".analysis.common.CommonAnalysisPlugin", jars(jar))
                .extending("lang-painless")
                .permitted(GET_CLASS_LOADER);
    }

    private static ServerModule reindex(String root, List<Coordinates> jars) {
        return ServerModule.of("reindex", root + ".index.reindex.ReindexPlugin", jars)
                .permitted(CONNECT);
    }

    private static ServerModule parentJoin(String root, String jar) {
        return ServerModule.of("parent-join", root + ".join.ParentJoinPlugin", jars(jar));
    }

    private static ServerModule mapperExtras(String root, String jar) {
        return ServerModule.of("mapper-extras", root + ".index.mapper.MapperExtrasPlugin", jars(jar));
    }

    private static List<Coordinates> jars(String... coordinates) {
        return Arrays.stream(coordinates).map(Coordinates::of).toList();
    }
}
