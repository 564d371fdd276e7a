import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** Validates FHIR R4 JSON files against the base specification; one line a finding: file, severity, where, message. */
public class ValidateFhir {
  public static void main(String[] files) throws Exception {
    var context = FhirContext.forR4();
    var chain = new ValidationSupportChain(
        new DefaultProfileValidationSupport(context),
        new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context));
    var instance = new FhirInstanceValidator(chain);
    instance.setAnyExtensionsAllowed(true);
    // Profiles of UK Core and IPS are in no registry reached from here: what claims one is held to the base.
    instance.setErrorForUnknownProfiles(false);
    var validator = context.newValidator().registerValidatorModule(instance);
    for (var file : files) {
      var result = validator.validateWithResult(Files.readString(Path.of(file)));
      for (SingleValidationMessage found : result.getMessages())
        System.out.println(String.join("\t", Path.of(file).getFileName().toString(), String.valueOf(found.getSeverity()),
            flat(found.getLocationString()), flat(found.getMessage())));
      System.out.println(String.join("\t", Path.of(file).getFileName().toString(), "DONE", "", ""));
    }
  }

  private static String flat(String text) {
    return text == null ? "" : text.replaceAll("\\s+", " ");
  }
}
