import type { Language } from '../phrases.ts'

/** A draft: neither translator nor reviewer has signed it. */
export const spanish: Language = {
  tag: 'es',
  title: 'Español',
  version: '2026-11-21',
  phrases: {
    dear: 'Hola, {name}:',
    reference: 'Su número de referencia: {reference}',
    draft: 'BORRADOR. Esta carta aún no se ha revisado. No la envíe. DRAFT. Do not send.',
    page: 'Página {page} de {pages}',

    'subject.received': 'Hemos recibido su petición de no compartir',
    'subject.more-needed': 'Necesitamos algo más de usted',
    'subject.upheld': 'Hemos dejado de compartir, como usted pidió',
    'subject.not-upheld': 'No podemos dejar de compartir, y por qué',
    'subject.withdrawn': 'Volveremos a compartir, como usted pidió',
    'subject.expired': 'Su petición de no compartir llega a su fin',
    'subject.re-decided': 'Hemos vuelto a mirar su petición',
    'subject.narrowed': 'Algunas personas del equipo pueden ver sus datos por un tiempo corto',

    asked: 'El {date} nos pidió dejar de compartir en el London Care Record. Nos pidió no compartir esto: {scope}.',
    'asked.child':
      'El {date} nos pidió dejar de compartir en el London Care Record. Lo pidió para un menor por quien usted habla. Nos pidió no compartir esto: {scope}.',
    'asked.adult':
      'El {date} nos pidió dejar de compartir en el London Care Record. Lo pidió para una persona por quien usted habla. Nos pidió no compartir esto: {scope}.',
    'scope.everything': 'todos los datos de salud y cuidados',
    'scope.organisation': 'los datos que tiene {name}',
    'scope.class': 'un tipo de datos («{title}»)',
    'scope.staff': 'ningún dato, con una persona del equipo',
    'scope.workplace': 'ningún dato, con el personal de {name}',

    now: 'Qué pasa ahora',
    'received.held': 'Hemos dejado de compartir esto mientras decidimos. Sigue así hasta que le escribamos otra vez.',
    'received.not-held': 'Todavía no ha cambiado nada. Primero debemos comprobar quién es usted, o que puede pedir esto.',
    'received.by': 'Le escribiremos antes del {date} para decirle lo que decidimos.',

    'needed.nothing-yet': 'Todavía no ha cambiado nada. Primero necesitamos su ayuda.',
    'needed.held': 'Hemos dejado de compartir esto mientras decidimos. Para decidir, necesitamos su ayuda.',
    'needed.please': 'Envíenos o enséñenos esto, por favor:',
    'need.proof-of-identity': 'Algo que muestre quién es usted, como un pasaporte o un pase de autobús con foto.',
    'need.proof-of-address': 'Algo que muestre dónde vive, como una factura.',
    'need.proof-of-authority': 'Un documento que muestre que usted puede hablar por esta persona.',
    'need.court-order': 'Una copia de la orden del juez.',
    'need.what-to-stop': 'Una nota que diga qué quiere que dejemos de compartir.',
    'need.a-call': 'Una llamada suya, para poder hablarlo.',
    'needed.by': 'Hágalo antes del {date}, por favor. Si necesita más tiempo o ayuda, llámenos.',

    'upheld.decided': 'Hemos mirado lo que pidió. Dijimos que sí el {date}.',
    'upheld.everywhere': 'Hemos dejado de compartir esto en todo Londres. No tiene que decírselo a nadie más.',

    'refused.decided':
      'Hemos mirado con cuidado lo que pidió. Dos personas lo decidieron el {date}. Lo sentimos, pero no podemos dejar de compartir esto.',
    'refused.why': 'Por qué dijimos que no',
    'ground.safeguarding-child': 'Un menor podría sufrir daño si el personal no ve esto.',
    'ground.safeguarding-adult': 'Un adulto que necesita ayuda para estar seguro podría sufrir daño si el personal no ve esto.',
    'ground.risk-to-self': 'Usted, o la persona por quien habla, podría sufrir un daño grave si el personal no ve esto.',
    'ground.risk-to-others': 'Otra persona podría sufrir un daño grave si el personal no ve esto.',
    'ground.service-cannot-be-provided': 'El personal no puede dar esta atención de forma segura si no ve esto.',
    'ground.required-by-law': 'La ley dice que debemos compartir esto.',
    'refused.words': 'Esto es lo que quieren decirle:',
    'refused.from': 'El personal que le atiende puede verlo desde el {date}. Cada vez que alguien mira, queda escrito.',
    choices: 'Qué puede hacer',
    'choices.decline': 'Puede elegir no ir a esta cita o no recibir esta atención. Así el personal de allí no necesita ver sus datos.',
    'choices.part':
      'Puede pedirnos que dejemos de compartir una parte. Puede ser lo que tiene un lugar, un tipo de datos, o una persona del equipo.',
    'choices.again': 'Puede pedirnos que lo miremos otra vez si algo cambia.',

    'withdrawn.told': 'Nos dijo que ha cambiado de idea.',
    'withdrawn.from': 'Desde el {date}, el personal que le atiende puede ver sus datos otra vez.',
    'withdrawn.not-you': 'Si no fue usted, llámenos enseguida. Dejaremos de compartir otra vez.',

    'expired.turned-16': 'Usted ya tiene 16 años. Un adulto nos pidió esto por usted. Desde el {date}, la decisión es suya.',
    'expired.date-reached': 'El tiempo que pidió termina el {date}. Después, el personal que le atiende puede ver sus datos otra vez.',
    'expired.answer': '¿Todavía quiere que no compartamos? Díganoslo antes del {date} y seguirá así.',

    'again.looked': 'Hemos vuelto a mirar lo que pidió. Decidimos de nuevo el {date}.',
    'again.before.upheld': 'La primera vez dijimos que sí.',
    'again.before.not-upheld': 'La primera vez dijimos que no.',
    'again.outcome.upheld': 'Ahora decimos que sí. No compartimos esto.',
    'again.outcome.not-upheld': 'Ahora decimos que no. Lo sentimos, pero no podemos dejar de compartir esto.',

    'narrowed.stands': 'Lo que pidió sigue en pie. No compartimos esto.',
    'narrowed.some': 'Pero por un tiempo corto, unas pocas personas del equipo pueden ver sus datos. Cada una tiene nombre y apellido.',
    'narrowed.one': 'Una enfermera, un médico u otra persona con formación lo decidió enseguida. No podía esperar.',
    'narrowed.two': 'Lo decidieron dos responsables.',
    'narrowed.reason.safeguarding': 'Lo hicieron para proteger a un menor o a un adulto.',
    'narrowed.reason.serious-risk': 'Lo hicieron porque alguien podría sufrir un daño grave.',
    'narrowed.reason.public-interest': 'Lo hicieron porque ayuda a proteger a otras personas.',
    'narrowed.dates': 'Empieza el {since} y termina el {until}. Cada vez que alguien mira, queda escrito.',

    stays: 'Conviene saber',
    'stays.unseen':
      'Cuando no compartimos, el personal puede no ver cosas que necesita saber. Es así aunque usted esté muy enfermo y no pueda hablar.',
    'stays.letters':
      'Las cartas sobre su atención siguen yendo de un lugar a otro, por ejemplo cuando su médico le envía a un hospital. Cada lugar sigue guardando sus propias notas.',
    'stays.copied': 'Lo que un lugar ya copió en sus propias notas se queda allí. No podemos retirarlo.',
    'stays.copies': 'La copia de una carta que tenga otro lugar, como su médico de cabecera, se puede seguir viendo.',
    'stays.care': 'Usted seguirá recibiendo atención.',
    'stays.emergency':
      'Si alguien puede sufrir un daño grave, dos responsables pueden dejar que ciertas personas vean sus datos por un tiempo corto. El personal puede pedirlo de día o de noche.',

    mind: 'Si cambia de idea',
    'mind.how': 'Puede cambiar de idea cuando quiera. Dígaselo a quien le atiende, o llámenos.',

    complain: 'Si no está de acuerdo',
    'complain.us': 'Hable primero con nosotros, si puede. Este equipo le ayudará a presentar una queja:',
    'complain.officer':
      'También puede escribir a nuestro responsable de protección de datos. Esta persona comprueba cómo usamos lo que sabemos de usted. Le dirá en un plazo de 30 días que tiene su carta.',
    'complain.commissioner':
      'Si sigue sin estar de acuerdo, dígaselo al Information Commissioner. Se asegura de que se cumpla la ley. Es gratis.',

    contact: 'Cómo hablar con nosotros',
    'contact.night': 'Si no puede esperar, hay un número al que puede llamar de día o de noche:',
    'contact.formats': '¿Necesita esta carta en letra grande, en Braille, leída en voz alta o en su idioma? Llámenos, por favor.',
    'label.phone': 'Teléfono',
    'label.email': 'Correo electrónico',
    'label.web': 'Web',
    'label.address': 'Dirección',
    'label.night': 'De día y de noche',
  },
}
