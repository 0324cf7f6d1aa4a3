package io.operatorlib.testing.cluster.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a kubelet runs containers with: the port behind which there are real processes or a simulation of them.
 *
 * <p>The kubelet calls {@link #probe} from a thread of its own for each probe, and everything else from its one loop,
 * never two calls at a time; no call but {@link #probe} waits for a container. What a container or a volume is called
 * is the kubelet's choice, so that a kubelet that was restarted finds again what it left.
 */
public interface ContainerRuntime {
    /**
     * Says whom to tell of exits; before anything is started. A listener may be called by any thread, at any time, also
     * while one of the methods here runs, and returns at once.
     */
    void listen(ExitListener listener);

    /** The image, where it is there: what a pull would end with. */
    Optional<Image> image(String name);

    /** What images there are, for people. */
    String images();

    /** The containers that run now: none in a new runtime; those left behind by a kubelet that ended before its pods. */
    List<Running> running();

    /**
     * Makes a pod's surroundings: its address, and the folders of its volumes, which keep their content if they are
     * there already. Done before each start of a container, so that it changes nothing the second time but the content
     * of {@link Volume.Files}.
     *
     * @throws ContainerException if it cannot be done
     */
    void prepare(Sandbox sandbox);

    /**
     * Starts a container of a prepared pod. Its end will be told to the listener exactly once, however it comes.
     *
     * @throws ContainerException if it cannot be started; the listener is told nothing then
     */
    void start(Container container);

    /** Sends SIGTERM to a container's main process; nothing where it has ended. */
    void terminate(String containerId);

    /** Kills all of a container's processes with SIGKILL; nothing where it has ended. */
    void kill(String containerId);

    /**
     * Probes a running container and waits for the result, for the given time at most. Never throws: whatever goes
     * wrong is a failed probe that says so.
     */
    ProbeResult probe(String containerId, ProbeAction action, Duration timeout);

    /** Whether a probe is answered without a wait, so that it needs no thread of its own. */
    default boolean answersAtOnce() {
        return false;
    }

    /** Sets what names the pod's processes resolve by themselves; at any time after {@link #prepare}. */
    void hosts(String podUid, List<HostEntry> entries);

    /** Removes a pod's surroundings, its emptyDir volumes and logs included. Its containers have ended. */
    void remove(String podUid);

    /** Receives the ends of containers. */
    interface ExitListener {
        void exited(String containerId, Exit exit);
    }

    /**
     * What an image says of the containers made from it.
     *
     * @param id the content's name, as a pod's status shows it
     * @param entrypoint what runs where the pod gives no command
     * @param arguments the entry point's arguments where the pod gives none
     */
    record Image(String id, List<String> entrypoint, List<String> arguments) {
        public Image {
            entrypoint = List.copyOf(entrypoint);
            arguments = List.copyOf(arguments);
        }
    }

    /** A container that runs. */
    record Running(String containerId, String podUid, String container, int attempt, Instant startedAt) {}

    /**
     * How a container ended.
     *
     * @param code the exit code; 128 plus the signal's number where a signal ended it
     * @param lastWords what its log ended with, where it failed: {@value #LAST_LINES} lines, or {@value #LAST_BYTES} bytes,
     *     at the most
     */
    record Exit(int code, Instant at, String lastWords) {
        public static final int SIGKILL = 137;
        public static final int SIGTERM = 143;

        /** As much of a log as a kubelet shows in a pod's status. */
        public static final int LAST_LINES = 80;

        public static final int LAST_BYTES = 2_048;

        /** Without last words. */
        public Exit(int code, Instant at) {
            this(code, at, "");
        }

        public boolean success() {
            return code == 0;
        }
    }

    /** What a probe found; the message is for people. */
    record ProbeResult(boolean success, String message) {}
}
