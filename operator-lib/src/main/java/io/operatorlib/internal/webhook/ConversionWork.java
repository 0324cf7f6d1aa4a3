package io.operatorlib.internal.webhook;

import io.operatorlib.Kind;
import io.operatorlib.ResourceKey;
import io.operatorlib.conversion.ConversionReviews;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.ConversionWebhook;
import io.operatorlib.crd.Crd;
import io.operatorlib.internal.http.WebhookServer;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversion webhook of one process.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  listening ──▶ certificates known ──▶ definitions trust them ──▶ the API server has converted: ready
 *      ▲                                                                  │
 *      └── every {@link Pace#look}: certificates, definitions ────────────────┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>A definition is put in place only when somebody answers at the webhook ({@link #prepared} waits for that), and so
 *       before anything of that kind is followed.
 *   <li>A new certificate is served only after the definitions have trusted its authority for a while ({@link Pace}).
 *   <li>What resets a definition's webhook or its authorities is undone.
 *   <li>A version is served only while every webhook behind the Service converts it ({@link ServedVersions}).
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>What is deleted or reset is noticed within {@link Pace#look}. Readiness is proven anew after each change of
 * certificates or definitions, and not in between.
 */
public final class ConversionWork implements AutoCloseable {
    /** Two cheap reads; and API servers, of which there may be some, follow definitions with less delay than this. */
    private static final Pace USUAL = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(10));

    private static final Logger LOG = LoggerFactory.getLogger(ConversionWork.class);

    /**
     * How often it looks, and how long it waits.
     *
     * @param look how often certificates and definitions are looked at
     * @param heard after what time every API server has heard of a change of a definition
     */
    public record Pace(Duration look, Duration heard) {}

    private final Pace pace;
    private final Scheduler scheduler;
    private final ConversionServer settings;
    private final CertificateKeeper keeper;
    private final Trust trust;
    private final Proof proof;
    private final Replicas replicas;
    private final ServedVersions versions;
    private final WebhookServer server;
    private final Scheduler.Gate gate;
    private final Scheduler.Task task;
    private @Nullable Material served;
    /** On the monotonic clock; null while the definitions have not trusted the certificates known. */
    private @Nullable Long trustedSince;

    private volatile @Nullable Material known;
    private volatile boolean proven;
    private volatile String problem = "the conversion webhook has no certificates yet";

    private ConversionWork(
            ConversionServer settings, KubeApi kube, Scheduler scheduler, List<Crd> crds, InetAddress host, Pace pace) {
        this.pace = pace;
        this.scheduler = scheduler;
        this.settings = settings;
        this.gate = scheduler.gate();
        this.keeper = new CertificateKeeper(
                kube,
                new ResourceKey(settings.namespace(), settings.secret()),
                settings.certificatesFromElsewhere(),
                new Rotation(names(settings), settings.authorityValidity(), settings.servingValidity()));
        List<Crd> converted =
                crds.stream().filter(crd -> converts(settings, crd)).toList();
        this.trust = new Trust(kube, converted, settings.secret());
        this.versions = new ServedVersions(kube, converted, settings.conversions(), settings.secret());
        this.replicas = new Replicas(kube, settings);
        this.proof = new Proof(kube, settings, versions);
        UnaryOperator<String> answer = ConversionReviews.of(settings.conversions())::answer;
        this.server = WebhookServer.start(new InetSocketAddress(host, settings.port()), ConversionServer.PATH, answer);
        this.task = scheduler.fork("conversion", this::run);
    }

    /**
     * Begins; returns at once.
     *
     * @param settings with their namespace
     * @param crds the operator's definitions
     * @param host the address to listen on
     */
    public static ConversionWork start(
            ConversionServer settings, KubeApi kube, Scheduler scheduler, List<Crd> crds, InetAddress host) {
        return start(settings, kube, scheduler, crds, host, USUAL);
    }

    /** Begins, at another pace than the usual. */
    public static ConversionWork start(
            ConversionServer settings, KubeApi kube, Scheduler scheduler, List<Crd> crds, InetAddress host, Pace pace) {
        return new ConversionWork(settings, kube, scheduler, crds, host, pace);
    }

    private static boolean converts(ConversionServer settings, Crd crd) {
        return settings.conversions().stream().anyMatch(conversion -> {
            Kind<?, ?> hub = conversion.hub();
            return (hub.plural() + "." + hub.group()).equals(crd.name());
        });
    }

    private static Set<String> names(ConversionServer settings) {
        if (!settings.url().isEmpty()) {
            return Set.of(URI.create(settings.url()).getHost());
        }
        String name = settings.service() + "." + settings.namespace() + ".svc";
        return Set.of(name, name + ".cluster.local");
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** The definition with this webhook, where it has one; waits until that answers. */
    public Crd prepared(Crd crd) throws InterruptedException {
        if (!converts(settings, crd)) {
            return crd;
        }
        for (long ticket = gate.ticket(); ; ticket = gate.ticket()) {
            Material now = known;
            if (now != null) {
                try {
                    return versions.asServed(crd).convertedBy(webhook(now));
                } catch (ApiException | KubeApi.NoReplyException e) {
                    LOG.warn(
                            "the definition cannot be read, will try again crd={} why=\"{}\"",
                            crd.name(),
                            e.getMessage());
                }
            }
            gate.await(ticket, pace.look());
        }
    }

    private ConversionWebhook webhook(Material material) {
        return webhook(settings).trusting(material.bundle());
    }

    private static ConversionWebhook webhook(ConversionServer settings) {
        return settings.url().isEmpty()
                ? ConversionWebhook.service(settings.namespace(), settings.service(), 443, ConversionServer.PATH)
                : ConversionWebhook.url(settings.url());
    }

    /** The definition with this webhook, where it has one, whose certificates are not known. */
    public static Crd declared(ConversionServer settings, Crd crd) {
        var here = settings.namespace().isEmpty() ? settings.in("default") : settings;
        return converts(settings, crd) ? crd.convertedBy(webhook(here)) : crd;
    }

    /** Whether the API server has had an object converted. */
    public boolean ready() {
        return proven;
    }

    /** What keeps it from being ready. */
    public List<String> problems() {
        String now = problem;
        return now.isEmpty() ? List.of() : List.of(now);
    }

    private void run() {
        try {
            while (true) {
                boolean soon = false;
                try {
                    soon = look();
                } catch (ApiException | KubeApi.NoReplyException e) {
                    say(String.valueOf(e.getMessage()));
                }
                scheduler.sleep(soon ? pace.look().dividedBy(10) : pace.look());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String what) {
        if (!what.equals(problem)) {
            LOG.warn("the conversion webhook is not ready problem=\"{}\"", what);
            problem = what;
        }
    }

    /** Looks at all of it once; tells whether to look again soon. */
    private boolean look() {
        Optional<Material> found = keeper.keep(scheduler.now());
        if (found.isEmpty()) {
            say("nobody has written certificates into the Secret " + settings.secret() + " yet");
            return true;
        }
        Material material = found.get();
        Material shown = served;
        if (shown == null) {
            versions.withdraw();
            shown = serve(material);
        }
        Material before = known;
        if (before == null || !before.bundle().equals(material.bundle())) {
            trustedSince = null;
        }
        known = material;
        gate.open();
        Trust.State state = trust.ensure(webhook(material));
        if (state == Trust.State.ABSENT) {
            say("the definitions are not in place yet");
            return true;
        }
        if (state == Trust.State.WRITTEN) {
            proven = false;
        }
        Long since = trustedSince;
        if (since == null || state == Trust.State.WRITTEN) {
            trustedSince = scheduler.nanoTime();
        } else if (!material.sameServer(shown)
                && scheduler.nanoTime() - since >= pace.heard().toNanos()) {
            serve(material);
            proven = false;
        }
        if (!proven) {
            return !prove();
        }
        // who has yet to begin asks nobody: its own start is waited for
        proven = !versions.ensure(replicas, material.bundle());
        return !proven;
    }

    private Material serve(Material material) {
        server.serve(material.key(), material.chain());
        served = material;
        LOG.info("certificate served {}", material);
        return material;
    }

    private boolean prove() {
        Optional<String> missing = proof.missing();
        if (missing.isPresent()) {
            say(missing.get());
            return false;
        }
        proven = true;
        problem = "";
        LOG.info("the API server has converted webhook={}", settings.url() + settings.service());
        return true;
    }

    @Override
    public void close() {
        task.interrupt();
        server.close();
    }
}
