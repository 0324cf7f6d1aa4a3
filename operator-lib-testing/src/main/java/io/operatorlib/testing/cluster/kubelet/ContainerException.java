package io.operatorlib.testing.cluster.kubelet;

/** Thrown when a container cannot be started; the pod's status shows reason and message, and it is tried again. */
public final class ContainerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String reason;

    /**
     * Makes one.
     *
     * @param reason one word in CamelCase, such as {@code CreateContainerError}
     * @param message for people: what is missing, and what to do
     */
    public ContainerException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** The waiting state's reason. */
    public String reason() {
        return reason;
    }
}
