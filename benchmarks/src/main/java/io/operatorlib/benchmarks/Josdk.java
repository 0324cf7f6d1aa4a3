package io.operatorlib.benchmarks;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The operator of pages with the Java Operator SDK, in the style of its documentation. */
@SuppressWarnings("NullAway") // filled by Jackson
public final class Josdk {
    private Josdk() {}

    /** The spec. */
    public static final class Spec {
        private String text;

        public String getText() {
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }
    }

    /** The status. */
    public static final class Status {
        private String text;
        private Long observedGeneration;
        private List<Condition> conditions;

        public String getText() {
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }

        public Long getObservedGeneration() {
            return observedGeneration;
        }

        public void setObservedGeneration(Long generation) {
            this.observedGeneration = generation;
        }

        public List<Condition> getConditions() {
            return conditions;
        }

        public void setConditions(List<Condition> conditions) {
            this.conditions = conditions;
        }
    }

    /** The custom resource. */
    @Group(Work.GROUP)
    @Version("v1")
    @Kind("Page")
    @Plural("pages")
    public static final class JosdkPage extends CustomResource<Spec, Status> implements Namespaced {
        private static final long serialVersionUID = 1;
    }

    /** The ConfigMap that a page owns. */
    @KubernetesDependent
    public static final class PageMap extends CRUDKubernetesDependentResource<ConfigMap, JosdkPage> {
        public PageMap() {
            super(ConfigMap.class);
        }

        @Override
        protected ConfigMap desired(JosdkPage page, Context<JosdkPage> context) {
            return new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withName(page.getMetadata().getName() + "-page")
                    .endMetadata()
                    .withData(Map.of("text", page.getSpec().getText()))
                    .build();
        }
    }

    /** Writes the status. */
    @Workflow(dependents = @Dependent(type = PageMap.class))
    @ControllerConfiguration
    public static final class PageReconciler implements Reconciler<JosdkPage> {
        @Override
        public UpdateControl<JosdkPage> reconcile(JosdkPage page, Context<JosdkPage> context) {
            FirstReconcile.tell();
            Long generation = page.getMetadata().getGeneration();
            if (page.getStatus() != null && generation.equals(page.getStatus().getObservedGeneration())) {
                return UpdateControl.noUpdate();
            }
            String since = page.getStatus() == null
                    ? Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()
                    : page.getStatus().getConditions().get(0).getLastTransitionTime();
            var answer = new JosdkPage();
            answer.getMetadata().setName(page.getMetadata().getName());
            answer.getMetadata().setNamespace(page.getMetadata().getNamespace());
            answer.setStatus(new Status());
            answer.getStatus().setText(page.getSpec().getText());
            answer.getStatus().setObservedGeneration(generation);
            answer.getStatus()
                    .setConditions(List.of(new ConditionBuilder()
                            .withType(Work.CONDITION)
                            .withStatus("True")
                            .withObservedGeneration(generation)
                            .withLastTransitionTime(since)
                            .withReason(Work.REASON)
                            .withMessage(Work.MESSAGE)
                            .build()));
            return UpdateControl.patchStatus(answer);
        }
    }

    public static void main(String[] args) {
        System.setProperty("kubernetes.certs.client.key.algo", "EC"); // the double's, which is not found out
        var operator = new Operator(settings -> settings.withConcurrentReconciliationThreads(Work.WORKERS));
        operator.register(new PageReconciler());
        operator.start();
    }
}
