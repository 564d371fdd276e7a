// Made by scripts/build-fhir-elements.ts from the types of FHIR R4; a test holds it to them.

/**
 * One type a line, a resource with `+` before it, then its elements: `name` is text, `name?` a boolean, `name#` a number,
 * `name:Type` a structure, `*` after any of them a list. What every resource and element has is not repeated.
 */
export const R4_ELEMENTS = `
+Account identifier:Identifier* status type:CodeableConcept name subject:Reference* servicePeriod:Period coverage:AccountCoverage* owner:Reference description guarantor:AccountGuarantor* partOf:Reference
+AdverseEvent identifier:Identifier actuality category:CodeableConcept* event:CodeableConcept subject:Reference encounter:Reference date detected recordedDate resultingCondition:Reference* location:Reference seriousness:CodeableConcept severity:CodeableConcept outcome:CodeableConcept recorder:Reference contributor:Reference* suspectEntity:AdverseEventSuspectEntity* subjectMedicalHistory:Reference* referenceDocument:Reference* study:Reference*
+AllergyIntolerance identifier:Identifier* clinicalStatus:CodeableConcept verificationStatus:CodeableConcept type category* criticality code:CodeableConcept patient:Reference encounter:Reference onsetDateTime onsetAge:Age onsetPeriod:Period onsetRange:Range onsetString recordedDate recorder:Reference asserter:Reference lastOccurrence note:Annotation* reaction:AllergyIntoleranceReaction*
+Appointment identifier:Identifier* status cancelationReason:CodeableConcept serviceCategory:CodeableConcept* serviceType:CodeableConcept* specialty:CodeableConcept* appointmentType:CodeableConcept reasonCode:CodeableConcept* reasonReference:Reference* priority# description supportingInformation:Reference* start end minutesDuration# slot:Reference* created comment patientInstruction basedOn:Reference* participant:AppointmentParticipant* requestedPeriod:Period*
+AppointmentResponse identifier:Identifier* appointment:Reference start end participantType:CodeableConcept* actor:Reference participantStatus comment
+AuditEvent type:Coding subtype:Coding* action period:Period recorded outcome outcomeDesc purposeOfEvent:CodeableConcept* agent:AuditEventAgent* source:AuditEventSource entity:AuditEventEntity*
+Basic identifier:Identifier* code:CodeableConcept subject:Reference created author:Reference
+Binary contentType securityContext:Reference data url
+BiologicallyDerivedProduct identifier:Identifier* productCategory productCode:CodeableConcept status request:Reference* quantity# parent:Reference* collection:BiologicallyDerivedProductCollection processing:BiologicallyDerivedProductProcessing* manipulation:BiologicallyDerivedProductManipulation storage:BiologicallyDerivedProductStorage*
+BodyStructure identifier:Identifier* active? morphology:CodeableConcept location:CodeableConcept locationQualifier:CodeableConcept* description image:Attachment* patient:Reference
+Bundle identifier:Identifier type timestamp total# link:BundleLink* entry:BundleEntry* signature:Signature
+CarePlan identifier:Identifier* instantiatesCanonical* instantiatesUri* basedOn:Reference* replaces:Reference* partOf:Reference* status intent category:CodeableConcept* title description subject:Reference encounter:Reference period:Period created author:Reference contributor:Reference* careTeam:Reference* addresses:Reference* supportingInfo:Reference* goal:Reference* activity:CarePlanActivity* note:Annotation*
+CareTeam identifier:Identifier* status category:CodeableConcept* name subject:Reference encounter:Reference period:Period participant:CareTeamParticipant* reasonCode:CodeableConcept* reasonReference:Reference* managingOrganization:Reference* telecom:ContactPoint* note:Annotation*
+ChargeItem identifier:Identifier* definitionUri* definitionCanonical* status partOf:Reference* code:CodeableConcept subject:Reference context:Reference occurrenceDateTime occurrencePeriod:Period occurrenceTiming:Timing performer:ChargeItemPerformer* performingOrganization:Reference requestingOrganization:Reference costCenter:Reference quantity:Quantity bodysite:CodeableConcept* factorOverride# priceOverride:Money overrideReason enterer:Reference enteredDate reason:CodeableConcept* service:Reference* productReference:Reference productCodeableConcept:CodeableConcept account:Reference* note:Annotation* supportingInformation:Reference*
+ClinicalImpression identifier:Identifier* status statusReason:CodeableConcept code:CodeableConcept description subject:Reference encounter:Reference effectiveDateTime effectivePeriod:Period date assessor:Reference previous:Reference problem:Reference* investigation:ClinicalImpressionInvestigation* protocol* summary finding:ClinicalImpressionFinding* prognosisCodeableConcept:CodeableConcept* prognosisReference:Reference* supportingInfo:Reference* note:Annotation*
+Communication identifier:Identifier* instantiatesCanonical* instantiatesUri* basedOn:Reference* partOf:Reference* inResponseTo:Reference* status statusReason:CodeableConcept category:CodeableConcept* priority medium:CodeableConcept* subject:Reference topic:CodeableConcept about:Reference* encounter:Reference sent received recipient:Reference* sender:Reference reasonCode:CodeableConcept* reasonReference:Reference* payload:CommunicationPayload* note:Annotation*
+CommunicationRequest identifier:Identifier* basedOn:Reference* replaces:Reference* groupIdentifier:Identifier status statusReason:CodeableConcept category:CodeableConcept* priority doNotPerform? medium:CodeableConcept* subject:Reference about:Reference* encounter:Reference payload:CommunicationRequestPayload* occurrenceDateTime occurrencePeriod:Period authoredOn requester:Reference recipient:Reference* sender:Reference reasonCode:CodeableConcept* reasonReference:Reference* note:Annotation*
+Composition identifier:Identifier status type:CodeableConcept category:CodeableConcept* subject:Reference encounter:Reference date author:Reference* title confidentiality attester:CompositionAttester* custodian:Reference relatesTo:CompositionRelatesTo* event:CompositionEvent* section:CompositionSection*
+Condition identifier:Identifier* clinicalStatus:CodeableConcept verificationStatus:CodeableConcept category:CodeableConcept* severity:CodeableConcept code:CodeableConcept bodySite:CodeableConcept* subject:Reference encounter:Reference onsetDateTime onsetAge:Age onsetPeriod:Period onsetRange:Range onsetString abatementDateTime abatementAge:Age abatementPeriod:Period abatementRange:Range abatementString recordedDate recorder:Reference asserter:Reference stage:ConditionStage* evidence:ConditionEvidence* note:Annotation*
+Consent identifier:Identifier* status scope:CodeableConcept category:CodeableConcept* patient:Reference dateTime performer:Reference* organization:Reference* sourceAttachment:Attachment sourceReference:Reference policy:ConsentPolicy* policyRule:CodeableConcept verification:ConsentVerification* provision:ConsentProvision
+Coverage identifier:Identifier* status type:CodeableConcept policyHolder:Reference subscriber:Reference subscriberId beneficiary:Reference dependent relationship:CodeableConcept period:Period payor:Reference* class:CoverageClass* order# network costToBeneficiary:CoverageCostToBeneficiary* subrogation? contract:Reference*
+DetectedIssue identifier:Identifier* status code:CodeableConcept severity patient:Reference identifiedDateTime identifiedPeriod:Period author:Reference implicated:Reference* evidence:DetectedIssueEvidence* detail reference mitigation:DetectedIssueMitigation*
+Device identifier:Identifier* definition:Reference udiCarrier:DeviceUdiCarrier* status statusReason:CodeableConcept* distinctIdentifier manufacturer manufactureDate expirationDate lotNumber serialNumber deviceName:DeviceDeviceName* modelNumber partNumber type:CodeableConcept specialization:DeviceSpecialization* version:DeviceVersion* property:DeviceProperty* patient:Reference owner:Reference contact:ContactPoint* location:Reference url note:Annotation* safety:CodeableConcept* parent:Reference
+DeviceMetric identifier:Identifier* type:CodeableConcept unit:CodeableConcept source:Reference parent:Reference operationalStatus color category measurementPeriod:Timing calibration:DeviceMetricCalibration*
+DeviceRequest identifier:Identifier* instantiatesCanonical* instantiatesUri* basedOn:Reference* priorRequest:Reference* groupIdentifier:Identifier status intent priority codeReference:Reference codeCodeableConcept:CodeableConcept parameter:DeviceRequestParameter* subject:Reference encounter:Reference occurrenceDateTime occurrencePeriod:Period occurrenceTiming:Timing authoredOn requester:Reference performerType:CodeableConcept performer:Reference reasonCode:CodeableConcept* reasonReference:Reference* insurance:Reference* supportingInfo:Reference* note:Annotation* relevantHistory:Reference*
+DeviceUseStatement identifier:Identifier* basedOn:Reference* status subject:Reference derivedFrom:Reference* timingTiming:Timing timingPeriod:Period timingDateTime recordedOn source:Reference device:Reference reasonCode:CodeableConcept* reasonReference:Reference* bodySite:CodeableConcept note:Annotation*
+DiagnosticReport identifier:Identifier* basedOn:Reference* status category:CodeableConcept* code:CodeableConcept subject:Reference encounter:Reference effectiveDateTime effectivePeriod:Period issued performer:Reference* resultsInterpreter:Reference* specimen:Reference* result:Reference* imagingStudy:Reference* media:DiagnosticReportMedia* conclusion conclusionCode:CodeableConcept* presentedForm:Attachment*
+DocumentManifest masterIdentifier:Identifier identifier:Identifier* status type:CodeableConcept subject:Reference created author:Reference* recipient:Reference* source description content:Reference* related:DocumentManifestRelated*
+DocumentReference masterIdentifier:Identifier identifier:Identifier* status docStatus type:CodeableConcept category:CodeableConcept* subject:Reference date author:Reference* authenticator:Reference custodian:Reference relatesTo:DocumentReferenceRelatesTo* description securityLabel:CodeableConcept* content:DocumentReferenceContent* context:DocumentReferenceContext
+Encounter identifier:Identifier* status statusHistory:EncounterStatusHistory* class:Coding classHistory:EncounterClassHistory* type:CodeableConcept* serviceType:CodeableConcept priority:CodeableConcept subject:Reference episodeOfCare:Reference* basedOn:Reference* participant:EncounterParticipant* appointment:Reference* period:Period length:Duration reasonCode:CodeableConcept* reasonReference:Reference* diagnosis:EncounterDiagnosis* account:Reference* hospitalization:EncounterHospitalization location:EncounterLocation* serviceProvider:Reference partOf:Reference
+Endpoint identifier:Identifier* status connectionType:Coding name managingOrganization:Reference contact:ContactPoint* period:Period payloadType:CodeableConcept* payloadMimeType* address header*
+Enterprise identifier:Identifier* name status organization:Reference code:CodeableConcept* project:EnterpriseProject*
+EpisodeOfCare identifier:Identifier* status statusHistory:EpisodeOfCareStatusHistory* type:CodeableConcept* diagnosis:EpisodeOfCareDiagnosis* patient:Reference managingOrganization:Reference period:Period referralRequest:Reference* careManager:Reference team:Reference* account:Reference*
+FamilyMemberHistory identifier:Identifier* instantiatesCanonical* instantiatesUri* status dataAbsentReason:CodeableConcept patient:Reference date name relationship:CodeableConcept sex:CodeableConcept bornPeriod:Period bornDate bornString ageAge:Age ageRange:Range ageString estimatedAge? deceasedBoolean? deceasedAge:Age deceasedRange:Range deceasedDate deceasedString reasonCode:CodeableConcept* reasonReference:Reference* note:Annotation* condition:FamilyMemberHistoryCondition*
+Flag identifier:Identifier* status category:CodeableConcept* code:CodeableConcept subject:Reference period:Period encounter:Reference author:Reference
+Goal identifier:Identifier* lifecycleStatus achievementStatus:CodeableConcept category:CodeableConcept* priority:CodeableConcept description:CodeableConcept subject:Reference startDate startCodeableConcept:CodeableConcept target:GoalTarget* statusDate statusReason expressedBy:Reference addresses:Reference* note:Annotation* outcomeCode:CodeableConcept* outcomeReference:Reference*
+Group identifier:Identifier* active? type actual? code:CodeableConcept name quantity# managingEntity:Reference characteristic:GroupCharacteristic* member:GroupMember*
+GuidanceResponse requestIdentifier:Identifier identifier:Identifier* moduleUri moduleCanonical moduleCodeableConcept:CodeableConcept status subject:Reference encounter:Reference occurrenceDateTime performer:Reference reasonCode:CodeableConcept* reasonReference:Reference* note:Annotation* evaluationMessage:Reference* outputParameters:Reference result:Reference dataRequirement:DataRequirement*
+HealthcareService identifier:Identifier* active? providedBy:Reference offeredIn:Reference* category:CodeableConcept* type:CodeableConcept* specialty:CodeableConcept* location:Reference* name comment extraDetails photo:Attachment telecom:ContactPoint* coverageArea:Reference* serviceProvisionCode:CodeableConcept* eligibility:HealthcareServiceEligibility* program:CodeableConcept* characteristic:CodeableConcept* communication:CodeableConcept* referralMethod:CodeableConcept* appointmentRequired? availableTime:HealthcareServiceAvailableTime* notAvailable:HealthcareServiceNotAvailable* availabilityExceptions endpoint:Reference*
+ImagingStudy identifier:Identifier* status modality:Coding* subject:Reference encounter:Reference started basedOn:Reference* referrer:Reference interpreter:Reference* endpoint:Reference* numberOfSeries# numberOfInstances# procedureReference:Reference procedureCode:CodeableConcept* location:Reference reasonCode:CodeableConcept* reasonReference:Reference* note:Annotation* description series:ImagingStudySeries*
+Immunization identifier:Identifier* status statusReason:CodeableConcept vaccineCode:CodeableConcept patient:Reference encounter:Reference occurrenceDateTime occurrenceString recorded primarySource? reportOrigin:CodeableConcept location:Reference manufacturer:Reference lotNumber expirationDate site:CodeableConcept route:CodeableConcept doseQuantity:Quantity performer:ImmunizationPerformer* note:Annotation* reasonCode:CodeableConcept* reasonReference:Reference* isSubpotent? subpotentReason:CodeableConcept* education:ImmunizationEducation* programEligibility:CodeableConcept* fundingSource:CodeableConcept reaction:ImmunizationReaction* protocolApplied:ImmunizationProtocolApplied*
+ImmunizationEvaluation identifier:Identifier* status patient:Reference date authority:Reference targetDisease:CodeableConcept immunizationEvent:Reference doseStatus:CodeableConcept doseStatusReason:CodeableConcept* description series doseNumberPositiveInt# doseNumberString seriesDosesPositiveInt# seriesDosesString
+ImmunizationRecommendation identifier:Identifier* patient:Reference date authority:Reference recommendation:ImmunizationRecommendationRecommendation*
+Invoice identifier:Identifier* status cancelledReason type:CodeableConcept subject:Reference recipient:Reference date participant:InvoiceParticipant* issuer:Reference account:Reference lineItem:InvoiceLineItem* totalPriceComponent:InvoiceLineItemPriceComponent* totalNet:Money totalGross:Money paymentTerms note:Annotation*
+Linkage active? author:Reference item:LinkageItem*
+List identifier:Identifier* status mode title code:CodeableConcept subject:Reference encounter:Reference date source:Reference orderedBy:CodeableConcept note:Annotation* entry:ListEntry* emptyReason:CodeableConcept
+Location identifier:Identifier* status operationalStatus:Coding name alias* description mode type:CodeableConcept* telecom:ContactPoint* address:Address physicalType:CodeableConcept position:LocationPosition managingOrganization:Reference partOf:Reference hoursOfOperation:LocationHoursOfOperation* availabilityExceptions endpoint:Reference*
+Media identifier:Identifier* basedOn:Reference* partOf:Reference* status type:CodeableConcept modality:CodeableConcept view:CodeableConcept subject:Reference encounter:Reference createdDateTime createdPeriod:Period issued operator:Reference reasonCode:CodeableConcept* bodySite:CodeableConcept deviceName device:Reference height# width# frames# duration# content:Attachment note:Annotation*
+Medication identifier:Identifier* code:CodeableConcept status manufacturer:Reference form:CodeableConcept amount:Ratio ingredient:MedicationIngredient* batch:MedicationBatch
+MedicationAdministration identifier:Identifier* instantiates* partOf:Reference* status statusReason:CodeableConcept* category:CodeableConcept medicationCodeableConcept:CodeableConcept medicationReference:Reference subject:Reference context:Reference supportingInformation:Reference* effectiveDateTime effectivePeriod:Period performer:MedicationAdministrationPerformer* reasonCode:CodeableConcept* reasonReference:Reference* request:Reference device:Reference* note:Annotation* dosage:MedicationAdministrationDosage eventHistory:Reference*
+MedicationDispense identifier:Identifier* partOf:Reference* status statusReasonCodeableConcept:CodeableConcept statusReasonReference:Reference category:CodeableConcept medicationCodeableConcept:CodeableConcept medicationReference:Reference subject:Reference context:Reference supportingInformation:Reference* performer:MedicationDispensePerformer* location:Reference authorizingPrescription:Reference* type:CodeableConcept quantity:Quantity daysSupply:Quantity whenPrepared whenHandedOver destination:Reference receiver:Reference* note:Annotation* dosageInstruction:Dosage* substitution:MedicationDispenseSubstitution detectedIssue:Reference* eventHistory:Reference*
+MedicationKnowledge code:CodeableConcept status manufacturer:Reference doseForm:CodeableConcept amount:Quantity synonym* relatedMedicationKnowledge:MedicationKnowledgeRelatedMedicationKnowledge* associatedMedication:Reference* productType:CodeableConcept* monograph:MedicationKnowledgeMonograph* ingredient:MedicationKnowledgeIngredient* preparationInstruction intendedRoute:CodeableConcept* cost:MedicationKnowledgeCost* monitoringProgram:MedicationKnowledgeMonitoringProgram* administrationGuidelines:MedicationKnowledgeAdministrationGuidelines* medicineClassification:MedicationKnowledgeMedicineClassification* packaging:MedicationKnowledgePackaging drugCharacteristic:MedicationKnowledgeDrugCharacteristic* contraindication:Reference* regulatory:MedicationKnowledgeRegulatory* kinetics:MedicationKnowledgeKinetics*
+MedicationRequest identifier:Identifier* status statusReason:CodeableConcept intent category:CodeableConcept* priority doNotPerform? reportedBoolean? reportedReference:Reference medicationCodeableConcept:CodeableConcept medicationReference:Reference subject:Reference encounter:Reference supportingInformation:Reference* authoredOn requester:Reference performer:Reference performerType:CodeableConcept recorder:Reference reasonCode:CodeableConcept* reasonReference:Reference* instantiatesCanonical* instantiatesUri* basedOn:Reference* groupIdentifier:Identifier courseOfTherapyType:CodeableConcept insurance:Reference* note:Annotation* dosageInstruction:Dosage* dispenseRequest:MedicationRequestDispenseRequest substitution:MedicationRequestSubstitution priorPrescription:Reference detectedIssue:Reference* eventHistory:Reference*
+MedicationStatement identifier:Identifier* basedOn:Reference* partOf:Reference* status statusReason:CodeableConcept* category:CodeableConcept medicationCodeableConcept:CodeableConcept medicationReference:Reference subject:Reference context:Reference effectiveDateTime effectivePeriod:Period dateAsserted informationSource:Reference derivedFrom:Reference* reasonCode:CodeableConcept* reasonReference:Reference* note:Annotation* dosage:Dosage*
+MessageHeader eventCoding:Coding eventUri destination:MessageHeaderDestination* sender:Reference enterer:Reference author:Reference source:MessageHeaderSource responsible:Reference reason:CodeableConcept response:MessageHeaderResponse focus:Reference* definition
+MolecularSequence identifier:Identifier* type coordinateSystem# patient:Reference specimen:Reference device:Reference performer:Reference quantity:Quantity referenceSeq:MolecularSequenceReferenceSeq variant:MolecularSequenceVariant* observedSeq quality:MolecularSequenceQuality* readCoverage# repository:MolecularSequenceRepository* pointer:Reference* structureVariant:MolecularSequenceStructureVariant*
+NutritionOrder identifier:Identifier* instantiatesCanonical* instantiatesUri* instantiates* status intent patient:Reference encounter:Reference dateTime orderer:Reference allergyIntolerance:Reference* foodPreferenceModifier:CodeableConcept* excludeFoodModifier:CodeableConcept* oralDiet:NutritionOrderOralDiet supplement:NutritionOrderSupplement* enteralFormula:NutritionOrderEnteralFormula note:Annotation*
+Observation identifier:Identifier* basedOn:Reference* partOf:Reference* status category:CodeableConcept* code:CodeableConcept subject:Reference focus:Reference* encounter:Reference effectiveDateTime effectivePeriod:Period effectiveTiming:Timing effectiveInstant issued performer:Reference* valueQuantity:Quantity valueCodeableConcept:CodeableConcept valueString valueBoolean? valueInteger# valueRange:Range valueRatio:Ratio valueSampledData:SampledData valueTime valueDateTime valuePeriod:Period dataAbsentReason:CodeableConcept interpretation:CodeableConcept* note:Annotation* bodySite:CodeableConcept method:CodeableConcept specimen:Reference device:Reference referenceRange:ObservationReferenceRange* hasMember:Reference* derivedFrom:Reference* component:ObservationComponent*
+OperationOutcome issue:OperationOutcomeIssue*
+Organization identifier:Identifier* active? type:CodeableConcept* name alias* telecom:ContactPoint* address:Address* partOf:Reference contact:OrganizationContact* endpoint:Reference*
+OrganizationAffiliation identifier:Identifier* active? period:Period organization:Reference participatingOrganization:Reference network:Reference* code:CodeableConcept* specialty:CodeableConcept* location:Reference* healthcareService:Reference* telecom:ContactPoint* endpoint:Reference*
+Parameters parameter:ParametersParameter*
+Patient identifier:Identifier* active? name:HumanName* telecom:ContactPoint* gender birthDate deceasedBoolean? deceasedDateTime address:Address* maritalStatus:CodeableConcept multipleBirthBoolean? multipleBirthInteger# photo:Attachment* contact:PatientContact* communication:PatientCommunication* generalPractitioner:Reference* managingOrganization:Reference link:PatientLink*
+Person identifier:Identifier* name:HumanName* telecom:ContactPoint* gender birthDate address:Address* photo:Attachment managingOrganization:Reference active? link:PersonLink*
+Practitioner identifier:Identifier* active? name:HumanName* telecom:ContactPoint* address:Address* gender birthDate photo:Attachment* qualification:PractitionerQualification* communication:CodeableConcept*
+PractitionerRole identifier:Identifier* active? period:Period practitioner:Reference organization:Reference code:CodeableConcept* specialty:CodeableConcept* location:Reference* healthcareService:Reference* telecom:ContactPoint* availableTime:PractitionerRoleAvailableTime* notAvailable:PractitionerRoleNotAvailable* availabilityExceptions endpoint:Reference*
+Procedure identifier:Identifier* instantiatesCanonical* instantiatesUri* basedOn:Reference* partOf:Reference* status statusReason:CodeableConcept category:CodeableConcept code:CodeableConcept subject:Reference encounter:Reference performedDateTime performedPeriod:Period performedString performedAge:Age performedRange:Range recorder:Reference asserter:Reference performer:ProcedurePerformer* location:Reference reasonCode:CodeableConcept* reasonReference:Reference* bodySite:CodeableConcept* outcome:CodeableConcept report:Reference* complication:CodeableConcept* complicationDetail:Reference* followUp:CodeableConcept* note:Annotation* focalDevice:ProcedureFocalDevice* usedReference:Reference* usedCode:CodeableConcept*
+Provenance target:Reference* occurredPeriod:Period occurredDateTime recorded policy* location:Reference reason:CodeableConcept* activity:CodeableConcept agent:ProvenanceAgent* entity:ProvenanceEntity* signature:Signature*
+Questionnaire url identifier:Identifier* version name title derivedFrom* status experimental? subjectType* date publisher contact:ContactDetail* description useContext:UsageContext* jurisdiction:CodeableConcept* purpose copyright approvalDate lastReviewDate effectivePeriod:Period code:Coding* item:QuestionnaireItem*
+QuestionnaireResponse identifier:Identifier basedOn:Reference* partOf:Reference* questionnaire status subject:Reference encounter:Reference authored author:Reference source:Reference item:QuestionnaireResponseItem*
+RelatedPerson identifier:Identifier* active? patient:Reference relationship:CodeableConcept* name:HumanName* telecom:ContactPoint* gender birthDate address:Address* photo:Attachment* period:Period communication:RelatedPersonCommunication*
+RequestGroup identifier:Identifier* instantiatesCanonical* instantiatesUri* basedOn:Reference* replaces:Reference* groupIdentifier:Identifier status intent priority code:CodeableConcept subject:Reference encounter:Reference authoredOn author:Reference reasonCode:CodeableConcept* reasonReference:Reference* note:Annotation* action:RequestGroupAction*
+ResearchStudy identifier:Identifier* name title label:ResearchStudyLabel* protocol:Reference* partOf:Reference* status primaryPurposeType:CodeableConcept phase:CodeableConcept studyDesign:CodeableConcept* category:CodeableConcept* focus:CodeableConcept* condition:CodeableConcept* contact:ContactDetail* relatedArtifact:RelatedArtifact* keyword:CodeableConcept* location:CodeableConcept* region:CodeableConcept* descriptionSummary description enrollment:Reference* period:Period sponsor:Reference principalInvestigator:Reference site:Reference* reasonStopped:CodeableConcept note:Annotation* arm:ResearchStudyArm* classifier:CodeableConcept* associatedParty:ResearchStudyAssociatedParty* progressStatus:ResearchStudyProgressStatus* whyStopped:CodeableConcept recruitment:ResearchStudyRecruitment comparisonGroup:ResearchStudyComparisonGroup* objective:ResearchStudyObjective* outcomeMeasure:ResearchStudyOutcomeMeasure* result:Reference*
+ResearchSubject identifier:Identifier* status period:Period study:Reference individual:Reference assignedArm actualArm consent:Reference
+RiskAssessment identifier:Identifier* basedOn:Reference parent:Reference status method:CodeableConcept code:CodeableConcept subject:Reference encounter:Reference occurrenceDateTime occurrencePeriod:Period condition:Reference performer:Reference reasonCode:CodeableConcept* reasonReference:Reference* basis:Reference* prediction:RiskAssessmentPrediction* mitigation note:Annotation*
+Schedule identifier:Identifier* active? serviceCategory:CodeableConcept* serviceType:CodeableConcept* specialty:CodeableConcept* actor:Reference* planningHorizon:Period comment
+ServiceRequest identifier:Identifier* instantiatesCanonical* instantiatesUri* basedOn:Reference* replaces:Reference* requisition:Identifier status intent category:CodeableConcept* priority doNotPerform? code:CodeableConcept orderDetail:CodeableConcept* quantityQuantity:Quantity quantityRatio:Ratio quantityRange:Range subject:Reference encounter:Reference occurrenceDateTime occurrencePeriod:Period occurrenceTiming:Timing asNeededBoolean? asNeededCodeableConcept:CodeableConcept authoredOn requester:Reference performerType:CodeableConcept performer:Reference* locationCode:CodeableConcept* locationReference:Reference* reasonCode:CodeableConcept* reasonReference:Reference* insurance:Reference* supportingInfo:Reference* specimen:Reference* bodySite:CodeableConcept* note:Annotation* patientInstruction relevantHistory:Reference*
+Slot identifier:Identifier* serviceCategory:CodeableConcept* serviceType:CodeableConcept* specialty:CodeableConcept* appointmentType:CodeableConcept schedule:Reference status start end overbooked? comment
+Specimen identifier:Identifier* accessionIdentifier:Identifier status type:CodeableConcept subject:Reference receivedTime parent:Reference* request:Reference* collection:SpecimenCollection processing:SpecimenProcessing* container:SpecimenContainer* condition:CodeableConcept* note:Annotation*
+Subscription status contact:ContactPoint* end reason criteria error channel:SubscriptionChannel
+Substance identifier:Identifier* status category:CodeableConcept* code:CodeableConcept description instance:SubstanceInstance* ingredient:SubstanceIngredient*
+SupplyDelivery identifier:Identifier* basedOn:Reference* partOf:Reference* status patient:Reference type:CodeableConcept suppliedItem:SupplyDeliverySuppliedItem occurrenceDateTime occurrencePeriod:Period occurrenceTiming:Timing supplier:Reference destination:Reference receiver:Reference*
+SupplyRequest identifier:Identifier* status category:CodeableConcept priority itemCodeableConcept:CodeableConcept itemReference:Reference quantity:Quantity parameter:SupplyRequestParameter* occurrenceDateTime occurrencePeriod:Period occurrenceTiming:Timing authoredOn requester:Reference supplier:Reference* reasonCode:CodeableConcept* reasonReference:Reference* deliverFrom:Reference deliverTo:Reference
+Task identifier:Identifier* instantiatesCanonical instantiatesUri basedOn:Reference* groupIdentifier:Identifier partOf:Reference* status statusReason:CodeableConcept businessStatus:CodeableConcept intent priority code:CodeableConcept description focus:Reference for:Reference encounter:Reference executionPeriod:Period authoredOn lastModified requester:Reference performerType:CodeableConcept* owner:Reference location:Reference reasonCode:CodeableConcept reasonReference:Reference insurance:Reference* note:Annotation* relevantHistory:Reference* restriction:TaskRestriction input:TaskInput* output:TaskOutput*
+VisionPrescription identifier:Identifier* status created patient:Reference encounter:Reference dateWritten prescriber:Reference lensSpecification:VisionPrescriptionLensSpecification*
AccountCoverage coverage:Reference priority#
AccountGuarantor party:Reference onHold? period:Period
Address use type text line* city district state postalCode country period:Period
AdverseEventSuspectEntity instance:Reference causality:AdverseEventSuspectEntityCausality*
AdverseEventSuspectEntityCausality assessment:CodeableConcept productRelatedness author:Reference method:CodeableConcept
Age value# comparator unit system code
AllergyIntoleranceReaction substance:CodeableConcept manifestation:CodeableConcept* description onset severity exposureRoute:CodeableConcept note:Annotation*
Annotation authorReference:Reference authorString time text
AppointmentParticipant type:CodeableConcept* actor:Reference required status period:Period
Attachment contentType language data url size# hash title creation
AuditEventAgent type:CodeableConcept role:CodeableConcept* who:Reference altId name requestor? location:Reference policy* media:Coding network:AuditEventAgentNetwork purposeOfUse:CodeableConcept*
AuditEventAgentNetwork address type
AuditEventEntity what:Reference type:Coding role:Coding lifecycle:Coding securityLabel:Coding* name description query detail:AuditEventEntityDetail*
AuditEventEntityDetail type valueString valueBase64Binary
AuditEventSource site observer:Reference type:Coding*
BackboneElement
BiologicallyDerivedProductCollection collector:Reference source:Reference collectedDateTime collectedPeriod:Period
BiologicallyDerivedProductManipulation description timeDateTime timePeriod:Period
BiologicallyDerivedProductProcessing description procedure:CodeableConcept additive:Reference timeDateTime timePeriod:Period
BiologicallyDerivedProductStorage description temperature# scale duration:Period
BundleEntry link:BundleLink* fullUrl resource:Resource search:BundleEntrySearch request:BundleEntryRequest response:BundleEntryResponse
BundleEntryRequest method url ifNoneMatch ifModifiedSince ifMatch ifNoneExist
BundleEntryResponse status location etag lastModified outcome:OperationOutcome
BundleEntrySearch mode score#
BundleLink relation url
CarePlanActivity outcomeCodeableConcept:CodeableConcept* outcomeReference:Reference* progress:Annotation* reference:Reference detail:CarePlanActivityDetail
CarePlanActivityDetail kind instantiatesCanonical* instantiatesUri* code:CodeableConcept reasonCode:CodeableConcept* reasonReference:Reference* goal:Reference* status statusReason:CodeableConcept doNotPerform? scheduledTiming:Timing scheduledPeriod:Period scheduledString location:Reference performer:Reference* productCodeableConcept:CodeableConcept productReference:Reference dailyAmount:Quantity quantity:Quantity description
CareTeamParticipant role:CodeableConcept* member:Reference onBehalfOf:Reference period:Period
ChargeItemPerformer function:CodeableConcept actor:Reference
ClinicalImpressionFinding itemCodeableConcept:CodeableConcept itemReference:Reference basis
ClinicalImpressionInvestigation code:CodeableConcept item:Reference*
CodeableConcept coding:Coding* text
Coding system version code display userSelected?
CommunicationPayload contentString contentAttachment:Attachment contentReference:Reference
CommunicationRequestPayload contentString contentAttachment:Attachment contentReference:Reference
CompositionAttester mode time party:Reference
CompositionEvent code:CodeableConcept* period:Period detail:Reference*
CompositionRelatesTo code targetIdentifier:Identifier targetReference:Reference
CompositionSection title code:CodeableConcept author:Reference* focus:Reference text:Narrative mode orderedBy:CodeableConcept entry:Reference* emptyReason:CodeableConcept section:CompositionSection*
ConditionEvidence code:CodeableConcept* detail:Reference*
ConditionStage summary:CodeableConcept assessment:Reference* type:CodeableConcept
ConsentPolicy authority uri
ConsentProvision type period:Period actor:ConsentProvisionActor* action:CodeableConcept* securityLabel:Coding* purpose:Coding* class:Coding* code:CodeableConcept* dataPeriod:Period data:ConsentProvisionData* provision:ConsentProvision*
ConsentProvisionActor role:CodeableConcept reference:Reference
ConsentProvisionData meaning reference:Reference
ConsentVerification verified? verifiedWith:Reference verificationDate
ContactDetail name telecom:ContactPoint*
ContactPoint system value use rank# period:Period
Contributor type name contact:ContactDetail*
Count value# comparator unit system code
CoverageClass type:CodeableConcept value name
CoverageCostToBeneficiary type:CodeableConcept valueQuantity:Quantity valueMoney:Money exception:CoverageCostToBeneficiaryException*
CoverageCostToBeneficiaryException type:CodeableConcept period:Period
DataRequirement type profile* subjectCodeableConcept:CodeableConcept subjectReference:Reference mustSupport* codeFilter:DataRequirementCodeFilter* dateFilter:DataRequirementDateFilter* limit# sort:DataRequirementSort*
DataRequirementCodeFilter path searchParam valueSet code:Coding*
DataRequirementDateFilter path searchParam valueDateTime valuePeriod:Period valueDuration:Duration
DataRequirementSort path direction
DetectedIssueEvidence code:CodeableConcept* detail:Reference*
DetectedIssueMitigation action:CodeableConcept date author:Reference
DeviceDeviceName name type
DeviceMetricCalibration type state time
DeviceProperty type:CodeableConcept valueQuantity:Quantity* valueCode:CodeableConcept*
DeviceRequestParameter code:CodeableConcept valueCodeableConcept:CodeableConcept valueQuantity:Quantity valueRange:Range valueBoolean?
DeviceSpecialization systemType:CodeableConcept version
DeviceUdiCarrier deviceIdentifier issuer jurisdiction carrierAIDC carrierHRF entryType
DeviceVersion type:CodeableConcept component:Identifier value
DiagnosticReportMedia comment link:Reference
Distance value# comparator unit system code
DocumentManifestRelated identifier:Identifier ref:Reference
DocumentReferenceContent attachment:Attachment format:Coding
DocumentReferenceContext encounter:Reference* event:CodeableConcept* period:Period facilityType:CodeableConcept practiceSetting:CodeableConcept sourcePatientInfo:Reference related:Reference*
DocumentReferenceRelatesTo code target:Reference
Dosage sequence# text additionalInstruction:CodeableConcept* patientInstruction timing:Timing asNeededBoolean? asNeededCodeableConcept:CodeableConcept site:CodeableConcept route:CodeableConcept method:CodeableConcept doseAndRate:DosageDoseAndRate* maxDosePerPeriod:Ratio maxDosePerAdministration:Quantity maxDosePerLifetime:Quantity
DosageDoseAndRate type:CodeableConcept doseRange:Range doseQuantity:Quantity rateRatio:Ratio rateRange:Range rateQuantity:Quantity
Duration value# comparator unit system code
Element
EncounterClassHistory class:Coding period:Period
EncounterDiagnosis condition:Reference use:CodeableConcept rank#
EncounterHospitalization preAdmissionIdentifier:Identifier origin:Reference admitSource:CodeableConcept reAdmission:CodeableConcept dietPreference:CodeableConcept* specialCourtesy:CodeableConcept* specialArrangement:CodeableConcept* destination:Reference dischargeDisposition:CodeableConcept
EncounterLocation location:Reference status physicalType:CodeableConcept period:Period
EncounterParticipant type:CodeableConcept* period:Period individual:Reference
EncounterStatusHistory status period:Period
EnterpriseProject project:Reference code
EpisodeOfCareDiagnosis condition:Reference role:CodeableConcept rank#
EpisodeOfCareStatusHistory status period:Period
Expression description name language expression reference
Extension url valueBase64Binary valueBoolean? valueCanonical valueCode valueDate valueDateTime valueDecimal# valueId valueInstant valueInteger# valueMarkdown valueOid valuePositiveInt# valueString valueTime valueUnsignedInt# valueUri valueUrl valueUuid valueAddress:Address valueAge:Age valueAnnotation:Annotation valueAttachment:Attachment valueCodeableConcept:CodeableConcept valueCoding:Coding valueContactPoint:ContactPoint valueCount:Count valueDistance:Distance valueDuration:Duration valueHumanName:HumanName valueIdentifier:Identifier valueMoney:Money valuePeriod:Period valueQuantity:Quantity valueRange:Range valueRatio:Ratio valueReference:Reference valueSampledData:SampledData valueSignature:Signature valueTiming:Timing valueContactDetail:ContactDetail valueContributor:Contributor valueDataRequirement:DataRequirement valueExpression:Expression valueParameterDefinition:ParameterDefinition valueRelatedArtifact:RelatedArtifact valueTriggerDefinition:TriggerDefinition valueUsageContext:UsageContext valueDosage:Dosage valueMeta:Meta
FamilyMemberHistoryCondition code:CodeableConcept outcome:CodeableConcept contributedToDeath? onsetAge:Age onsetRange:Range onsetPeriod:Period onsetString note:Annotation*
GoalTarget measure:CodeableConcept detailQuantity:Quantity detailRange:Range detailCodeableConcept:CodeableConcept detailString detailBoolean? detailInteger# detailRatio:Ratio dueDate dueDuration:Duration
GroupCharacteristic code:CodeableConcept valueCodeableConcept:CodeableConcept valueBoolean? valueQuantity:Quantity valueRange:Range valueReference:Reference exclude? period:Period
GroupMember entity:Reference period:Period inactive?
HealthcareServiceAvailableTime daysOfWeek* allDay? availableStartTime availableEndTime
HealthcareServiceEligibility code:CodeableConcept comment
HealthcareServiceNotAvailable description during:Period
HumanName use text family given* prefix* suffix* period:Period
Identifier use type:CodeableConcept system value period:Period assigner:Reference
ImagingStudySeries uid number# modality:Coding description numberOfInstances# endpoint:Reference* bodySite:Coding laterality:Coding specimen:Reference* started performer:ImagingStudySeriesPerformer* instance:ImagingStudySeriesInstance*
ImagingStudySeriesInstance uid sopClass:Coding number# title
ImagingStudySeriesPerformer function:CodeableConcept actor:Reference
ImmunizationEducation documentType reference publicationDate presentationDate
ImmunizationPerformer function:CodeableConcept actor:Reference
ImmunizationProtocolApplied series authority:Reference targetDisease:CodeableConcept* doseNumberPositiveInt# doseNumberString seriesDosesPositiveInt# seriesDosesString
ImmunizationReaction date detail:Reference reported?
ImmunizationRecommendationRecommendation vaccineCode:CodeableConcept* targetDisease:CodeableConcept contraindicatedVaccineCode:CodeableConcept* forecastStatus:CodeableConcept forecastReason:CodeableConcept* dateCriterion:ImmunizationRecommendationRecommendationDateCriterion* description series doseNumberPositiveInt# doseNumberString seriesDosesPositiveInt# seriesDosesString supportingImmunization:Reference* supportingPatientInformation:Reference*
ImmunizationRecommendationRecommendationDateCriterion code:CodeableConcept value
InvoiceLineItem sequence# chargeItemReference:Reference chargeItemCodeableConcept:CodeableConcept priceComponent:InvoiceLineItemPriceComponent*
InvoiceLineItemPriceComponent type code:CodeableConcept factor# amount:Money
InvoiceParticipant role:CodeableConcept actor:Reference
LinkageItem type resource:Reference
ListEntry flag:CodeableConcept deleted? date item:Reference
LocationHoursOfOperation daysOfWeek* allDay? openingTime closingTime
LocationPosition longitude# latitude# altitude#
MarketingStatus country:CodeableConcept jurisdiction:CodeableConcept status:CodeableConcept dateRange:Period restoreDate
MedicationAdministrationDosage text site:CodeableConcept route:CodeableConcept method:CodeableConcept dose:Quantity rateRatio:Ratio rateQuantity:Quantity
MedicationAdministrationPerformer function:CodeableConcept actor:Reference
MedicationBatch lotNumber expirationDate
MedicationDispensePerformer function:CodeableConcept actor:Reference
MedicationDispenseSubstitution wasSubstituted? type:CodeableConcept reason:CodeableConcept* responsibleParty:Reference*
MedicationIngredient itemCodeableConcept:CodeableConcept itemReference:Reference isActive? strength:Ratio
MedicationKnowledgeAdministrationGuidelines dosage:MedicationKnowledgeAdministrationGuidelinesDosage* indicationCodeableConcept:CodeableConcept indicationReference:Reference patientCharacteristics:MedicationKnowledgeAdministrationGuidelinesPatientCharacteristics*
MedicationKnowledgeAdministrationGuidelinesDosage type:CodeableConcept dosage:Dosage*
MedicationKnowledgeAdministrationGuidelinesPatientCharacteristics characteristicCodeableConcept:CodeableConcept characteristicQuantity:Quantity value*
MedicationKnowledgeCost type:CodeableConcept source cost:Money
MedicationKnowledgeDrugCharacteristic type:CodeableConcept valueCodeableConcept:CodeableConcept valueString valueQuantity:Quantity valueBase64Binary
MedicationKnowledgeIngredient itemCodeableConcept:CodeableConcept itemReference:Reference isActive? strength:Ratio
MedicationKnowledgeKinetics areaUnderCurve:Quantity* lethalDose50:Quantity* halfLifePeriod:Duration
MedicationKnowledgeMedicineClassification type:CodeableConcept classification:CodeableConcept*
MedicationKnowledgeMonitoringProgram type:CodeableConcept name
MedicationKnowledgeMonograph type:CodeableConcept source:Reference
MedicationKnowledgePackaging type:CodeableConcept quantity:Quantity
MedicationKnowledgeRegulatory regulatoryAuthority:Reference substitution:MedicationKnowledgeRegulatorySubstitution* schedule:MedicationKnowledgeRegulatorySchedule* maxDispense:MedicationKnowledgeRegulatoryMaxDispense
MedicationKnowledgeRegulatoryMaxDispense quantity:Quantity period:Duration
MedicationKnowledgeRegulatorySchedule schedule:CodeableConcept
MedicationKnowledgeRegulatorySubstitution type:CodeableConcept allowed?
MedicationKnowledgeRelatedMedicationKnowledge type:CodeableConcept reference:Reference*
MedicationRequestDispenseRequest initialFill:MedicationRequestDispenseRequestInitialFill dispenseInterval:Duration validityPeriod:Period numberOfRepeatsAllowed# quantity:Quantity expectedSupplyDuration:Duration performer:Reference
MedicationRequestDispenseRequestInitialFill quantity:Quantity duration:Duration
MedicationRequestSubstitution allowedBoolean? allowedCodeableConcept:CodeableConcept reason:CodeableConcept
MessageHeaderDestination name target:Reference endpoint receiver:Reference
MessageHeaderResponse identifier code details:Reference
MessageHeaderSource name software version contact:ContactPoint endpoint
Meta versionId lastUpdated source profile* security:Coding* tag:Coding* deleted?
MolecularSequenceQuality type standardSequence:CodeableConcept start# end# score:Quantity method:CodeableConcept truthTP# queryTP# truthFN# queryFP# gtFP# precision# recall# fScore# roc:MolecularSequenceQualityRoc
MolecularSequenceQualityRoc score#* numTP#* numFP#* numFN#* precision#* sensitivity#* fMeasure#*
MolecularSequenceReferenceSeq chromosome:CodeableConcept genomeBuild orientation referenceSeqId:CodeableConcept referenceSeqPointer:Reference referenceSeqString strand windowStart# windowEnd#
MolecularSequenceRepository type url name datasetId variantsetId readsetId
MolecularSequenceStructureVariant variantType:CodeableConcept exact? length# outer:MolecularSequenceStructureVariantOuter inner:MolecularSequenceStructureVariantInner
MolecularSequenceStructureVariantInner start# end#
MolecularSequenceStructureVariantOuter start# end#
MolecularSequenceVariant start# end# observedAllele referenceAllele cigar variantPointer:Reference
Money value# currency
MoneyQuantity value# comparator unit system code
Narrative status div
NutritionOrderEnteralFormula baseFormulaType:CodeableConcept baseFormulaProductName additiveType:CodeableConcept additiveProductName caloricDensity:Quantity routeofAdministration:CodeableConcept administration:NutritionOrderEnteralFormulaAdministration* maxVolumeToDeliver:Quantity administrationInstruction
NutritionOrderEnteralFormulaAdministration schedule:Timing quantity:Quantity rateQuantity:Quantity rateRatio:Ratio
NutritionOrderOralDiet type:CodeableConcept* schedule:Timing* nutrient:NutritionOrderOralDietNutrient* texture:NutritionOrderOralDietTexture* fluidConsistencyType:CodeableConcept* instruction
NutritionOrderOralDietNutrient modifier:CodeableConcept amount:Quantity
NutritionOrderOralDietTexture modifier:CodeableConcept foodType:CodeableConcept
NutritionOrderSupplement type:CodeableConcept productName schedule:Timing* quantity:Quantity instruction
ObservationComponent code:CodeableConcept valueQuantity:Quantity valueCodeableConcept:CodeableConcept valueString valueBoolean? valueInteger# valueRange:Range valueRatio:Ratio valueSampledData:SampledData valueTime valueDateTime valuePeriod:Period dataAbsentReason:CodeableConcept interpretation:CodeableConcept* referenceRange:ObservationReferenceRange*
ObservationReferenceRange low:Quantity high:Quantity type:CodeableConcept appliesTo:CodeableConcept* age:Range text
OperationOutcomeIssue severity code details:CodeableConcept diagnostics location* expression*
OrganizationContact purpose:CodeableConcept name:HumanName telecom:ContactPoint* address:Address
ParameterDefinition name use min# max documentation type profile
ParametersParameter name valueBase64Binary valueBoolean? valueCanonical valueCode valueDate valueDateTime valueDecimal# valueId valueInstant valueInteger# valueMarkdown valueOid valuePositiveInt# valueString valueTime valueUnsignedInt# valueUri valueUrl valueUuid valueAddress:Address valueAge:Age valueAnnotation:Annotation valueAttachment:Attachment valueCodeableConcept:CodeableConcept valueCoding:Coding valueContactPoint:ContactPoint valueCount:Count valueDistance:Distance valueDuration:Duration valueHumanName:HumanName valueIdentifier:Identifier valueMoney:Money valuePeriod:Period valueQuantity:Quantity valueRange:Range valueRatio:Ratio valueReference:Reference valueSampledData:SampledData valueSignature:Signature valueTiming:Timing valueContactDetail:ContactDetail valueContributor:Contributor valueDataRequirement:DataRequirement valueExpression:Expression valueParameterDefinition:ParameterDefinition valueRelatedArtifact:RelatedArtifact valueTriggerDefinition:TriggerDefinition valueUsageContext:UsageContext valueDosage:Dosage valueMeta:Meta resource:Resource part:ParametersParameter*
PatientCommunication language:CodeableConcept preferred?
PatientContact relationship:CodeableConcept* name:HumanName telecom:ContactPoint* address:Address gender organization:Reference period:Period
PatientLink other:Reference type
Period start end
PersonLink target:Reference assurance
Population ageRange:Range ageCodeableConcept:CodeableConcept gender:CodeableConcept race:CodeableConcept physiologicalCondition:CodeableConcept
PractitionerQualification identifier:Identifier* code:CodeableConcept period:Period issuer:Reference
PractitionerRoleAvailableTime daysOfWeek* allDay? availableStartTime availableEndTime
PractitionerRoleNotAvailable description during:Period
ProcedureFocalDevice action:CodeableConcept manipulated:Reference
ProcedurePerformer function:CodeableConcept actor:Reference onBehalfOf:Reference
ProdCharacteristic height:Quantity width:Quantity depth:Quantity weight:Quantity nominalVolume:Quantity externalDiameter:Quantity shape color* imprint* image:Attachment* scoring:CodeableConcept
ProductShelfLife identifier:Identifier type:CodeableConcept period:Quantity specialPrecautionsForStorage:CodeableConcept*
ProvenanceAgent type:CodeableConcept role:CodeableConcept* who:Reference onBehalfOf:Reference
ProvenanceEntity role what:Reference agent:ProvenanceAgent*
Quantity value# comparator unit system code
QuestionnaireItem linkId definition code:Coding* prefix text type enableWhen:QuestionnaireItemEnableWhen* enableBehavior required? repeats? readOnly? maxLength# answerValueSet answerOption:QuestionnaireItemAnswerOption* initial:QuestionnaireItemInitial* item:QuestionnaireItem*
QuestionnaireItemAnswerOption valueInteger# valueDate valueTime valueString valueCoding:Coding valueReference:Reference initialSelected?
QuestionnaireItemEnableWhen question operator answerBoolean? answerDecimal# answerInteger# answerDate answerDateTime answerTime answerString answerCoding:Coding answerQuantity:Quantity answerReference:Reference
QuestionnaireItemInitial valueBoolean? valueDecimal# valueInteger# valueDate valueDateTime valueTime valueString valueUri valueAttachment:Attachment valueCoding:Coding valueQuantity:Quantity valueReference:Reference
QuestionnaireResponseItem linkId definition text answer:QuestionnaireResponseItemAnswer* item:QuestionnaireResponseItem*
QuestionnaireResponseItemAnswer valueBoolean? valueDecimal# valueInteger# valueDate valueDateTime valueTime valueString valueUri valueAttachment:Attachment valueCoding:Coding valueQuantity:Quantity valueReference:Reference item:QuestionnaireResponseItem*
Range low:Quantity high:Quantity
Ratio numerator:Quantity denominator:Quantity
Reference reference type identifier:Identifier display
RelatedArtifact type label display citation url document:Attachment resource
RelatedPersonCommunication language:CodeableConcept preferred?
RequestGroupAction prefix title description textEquivalent priority code:CodeableConcept* documentation:RelatedArtifact* condition:RequestGroupActionCondition* relatedAction:RequestGroupActionRelatedAction* timingDateTime timingAge:Age timingPeriod:Period timingDuration:Duration timingRange:Range timingTiming:Timing participant:Reference* type:CodeableConcept groupingBehavior selectionBehavior requiredBehavior precheckBehavior cardinalityBehavior resource:Reference action:RequestGroupAction*
RequestGroupActionCondition kind expression:Expression
RequestGroupActionRelatedAction actionId relationship offsetDuration:Duration offsetRange:Range
ResearchStudyArm name type:CodeableConcept description
ResearchStudyAssociatedParty name role:CodeableConcept period:Period* classifier:CodeableConcept* party:Reference
ResearchStudyComparisonGroup linkId name type:CodeableConcept description intendedExposure:Reference* observedGroup:Reference
ResearchStudyLabel type:CodeableConcept value
ResearchStudyObjective name type:CodeableConcept description
ResearchStudyOutcomeMeasure name type:CodeableConcept* description reference:Reference
ResearchStudyProgressStatus state:CodeableConcept actual? period:Period
ResearchStudyRecruitment targetNumber# actualNumber# eligibility:Reference actualGroup:Reference
RiskAssessmentPrediction outcome:CodeableConcept probabilityDecimal# probabilityRange:Range qualitativeRisk:CodeableConcept relativeRisk# whenPeriod:Period whenRange:Range rationale
SampledData origin:Quantity period# factor# lowerLimit# upperLimit# dimensions# data
Signature type:Coding* when who:Reference onBehalfOf:Reference targetFormat sigFormat data
SimpleQuantity value# unit system code
SpecimenCollection collector:Reference collectedDateTime collectedPeriod:Period duration:Duration quantity:Quantity method:CodeableConcept bodySite:CodeableConcept fastingStatusCodeableConcept:CodeableConcept fastingStatusDuration:Duration
SpecimenContainer identifier:Identifier* description type:CodeableConcept capacity:Quantity specimenQuantity:Quantity additiveCodeableConcept:CodeableConcept additiveReference:Reference
SpecimenProcessing description procedure:CodeableConcept additive:Reference* timeDateTime timePeriod:Period
SubscriptionChannel type endpoint payload header*
SubstanceIngredient quantity:Ratio substanceCodeableConcept:CodeableConcept substanceReference:Reference
SubstanceInstance identifier:Identifier expiry quantity:Quantity
SupplyDeliverySuppliedItem quantity:Quantity itemCodeableConcept:CodeableConcept itemReference:Reference
SupplyRequestParameter code:CodeableConcept valueCodeableConcept:CodeableConcept valueQuantity:Quantity valueRange:Range valueBoolean?
TaskInput type:CodeableConcept valueBase64Binary valueBoolean? valueCanonical valueCode valueDate valueDateTime valueDecimal# valueId valueInstant valueInteger# valueMarkdown valueOid valuePositiveInt# valueString valueTime valueUnsignedInt# valueUri valueUrl valueUuid valueAddress:Address valueAge:Age valueAnnotation:Annotation valueAttachment:Attachment valueCodeableConcept:CodeableConcept valueCoding:Coding valueContactPoint:ContactPoint valueCount:Count valueDistance:Distance valueDuration:Duration valueHumanName:HumanName valueIdentifier:Identifier valueMoney:Money valuePeriod:Period valueQuantity:Quantity valueRange:Range valueRatio:Ratio valueReference:Reference valueSampledData:SampledData valueSignature:Signature valueTiming:Timing valueContactDetail:ContactDetail valueContributor:Contributor valueDataRequirement:DataRequirement valueExpression:Expression valueParameterDefinition:ParameterDefinition valueRelatedArtifact:RelatedArtifact valueTriggerDefinition:TriggerDefinition valueUsageContext:UsageContext valueDosage:Dosage valueMeta:Meta
TaskOutput type:CodeableConcept valueBase64Binary valueBoolean? valueCanonical valueCode valueDate valueDateTime valueDecimal# valueId valueInstant valueInteger# valueMarkdown valueOid valuePositiveInt# valueString valueTime valueUnsignedInt# valueUri valueUrl valueUuid valueAddress:Address valueAge:Age valueAnnotation:Annotation valueAttachment:Attachment valueCodeableConcept:CodeableConcept valueCoding:Coding valueContactPoint:ContactPoint valueCount:Count valueDistance:Distance valueDuration:Duration valueHumanName:HumanName valueIdentifier:Identifier valueMoney:Money valuePeriod:Period valueQuantity:Quantity valueRange:Range valueRatio:Ratio valueReference:Reference valueSampledData:SampledData valueSignature:Signature valueTiming:Timing valueContactDetail:ContactDetail valueContributor:Contributor valueDataRequirement:DataRequirement valueExpression:Expression valueParameterDefinition:ParameterDefinition valueRelatedArtifact:RelatedArtifact valueTriggerDefinition:TriggerDefinition valueUsageContext:UsageContext valueDosage:Dosage valueMeta:Meta
TaskRestriction repetitions# period:Period recipient:Reference*
Timing event* repeat:TimingRepeat code:CodeableConcept
TimingRepeat boundsDuration:Duration boundsRange:Range boundsPeriod:Period count# countMax# duration# durationMax# durationUnit frequency# frequencyMax# period# periodMax# periodUnit dayOfWeek* timeOfDay* when* offset#
TriggerDefinition type name timingTiming:Timing timingReference:Reference timingDate timingDateTime data:DataRequirement* condition:Expression
UsageContext code:Coding valueCodeableConcept:CodeableConcept valueQuantity:Quantity valueRange:Range valueReference:Reference
VisionPrescriptionLensSpecification product:CodeableConcept eye sphere# cylinder# axis# prism:VisionPrescriptionLensSpecificationPrism* add# power# backCurve# diameter# duration:Quantity color brand note:Annotation*
VisionPrescriptionLensSpecificationPrism amount# base
`
