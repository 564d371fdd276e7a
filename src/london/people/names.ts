/** One of London's many backgrounds: how its families are called. Gathered by hand; nobody here is real. */
export interface Origin {
  /** How many Londoners in a thousand, roughly. */
  readonly share: number
  readonly female: readonly string[]
  readonly male: readonly string[]
  readonly family: readonly string[]
  /** Spoken at home by those of the first generation: asked for as an interpreter. */
  readonly language?: string
  /** A daughter's family name, where it differs from her father's. */
  readonly feminine?: (family: string) => string
}

const list = (text: string): readonly string[] => text.split(' ').map(name => name.replaceAll('_', ' '))

/** Given names of those born before about 1965 and after about 1995, where fashion shows. */
export const olderNames = {
  female: list('Margaret Jean Dorothy Joan Sheila Patricia Maureen Barbara Brenda Eileen Sylvia Pamela Valerie Beryl Doreen Hilda Iris'),
  male: list('Ronald Kenneth Derek Raymond Dennis Leonard Brian Terence Roy Gordon Norman Alan Frank Stanley Albert Reginald Cyril'),
}
export const youngerNames = {
  female: list('Olivia Amelia Isla Ava Freya Poppy Ruby Ella Lily Maisie Evie Florence Willow Daisy Phoebe Ivy Millie'),
  male: list('Oliver Noah Alfie Archie Freddie Jack Leo Harry Charlie Oscar Finley Theo Jude Reggie Louie Stanley Albie'),
}

export const origins: readonly Origin[] = [
  {
    share: 380,
    female: list(
      'Sarah Emma Claire Rachel Nicola Helen Joanne Lisa Karen Michelle Rebecca Laura Hannah Chloe Charlotte Eleanor Grace Alice',
    ),
    male: list('David Paul Mark Andrew Stephen Simon Richard Matthew Daniel James Thomas Robert Christopher Luke Adam Edward Peter George'),
    family: list(
      "Smith Jones Taylor Brown Wilson Johnson Walker Wright Robinson Thompson White Hughes Edwards Green Hall Wood Harris Martin Jackson Clarke Turner Hill Cooper Ward Morris Moore King Watson Baker Harrison Allen Young Parker Bennett Cook Shaw Carter Mitchell Phillips Collins Bailey Marshall Palmer Webb Rogers Stevens Chapman Knight Fletcher Harding O'Shea Whitaker Lamb",
    ),
  },
  {
    share: 55,
    female: list('Siobhan Niamh Aoife Ciara Bridget Sinead Orla Kathleen Mary Deirdre'),
    male: list('Liam Patrick Sean Ciaran Brendan Declan Eamon Kevin Padraig Niall'),
    family: list("O'Brien Murphy Kelly Walsh Byrne Ryan Doyle O'Connor McCarthy Gallagher Doherty Kennedy Nolan Sweeney"),
  },
  {
    share: 75,
    female: list('Marcia Beverley Tamika Shanice Yvonne Sonia Jasmine Latoya Norma Claudette'),
    male: list('Winston Delroy Desmond Trevor Leroy Jermaine Tyrone Marlon Errol Neville'),
    family: list('Campbell Williams Brown Francis Gordon Grant Reid Henry Bailey Morgan Charles Joseph Baptiste Alleyne'),
  },
  {
    share: 65,
    female: list('Folake Yetunde Bukola Titilayo Adunni Ngozi Chioma Adaeze Ifeoma Blessing Grace'),
    male: list('Oluwaseun Babatunde Olumide Ayodele Tunde Emeka Chinedu Obinna Samuel Emmanuel'),
    family: list('Adeyemi Ogunleye Balogun Adebayo Oyelaran Okonkwo Eze Nwosu Okeke Afolabi Bello Adekunle'),
    language: 'Yoruba',
  },
  {
    share: 35,
    female: list('Abena Akosua Ama Efua Yaa Adwoa Comfort Mercy Gifty'),
    male: list('Kofi Kwame Kojo Yaw Kwabena Kwaku Isaac Daniel Ebenezer'),
    family: list('Mensah Owusu Boateng Osei Asante Appiah Agyemang Amoah Ofori Frimpong'),
    language: 'Twi',
  },
  {
    share: 30,
    female: list('Halima Fadumo Hodan Sahra Amina Ifrah Asha Nimo'),
    male: list('Abdirahman Mohamed Ahmed Yusuf Hassan Abdullahi Omar Ismail'),
    family: list('Abdi Warsame Farah Jama Osman Hussein Mohamud Adan'),
    language: 'Somali',
  },
  {
    share: 15,
    female: list('Selam Hiwot Tigist Meron Rahel Senait'),
    male: list('Yonas Tesfaye Dawit Solomon Berhane Abel'),
    family: list('Tesfaye Haile Bekele Kidane Tekle Gebremedhin'),
    language: 'Tigrinya',
  },
  {
    share: 50,
    female: list('Priya Anita Meena Sunita Kavita Bhavna Hansa Nisha Pooja Jyoti'),
    male: list('Rajesh Amit Sanjay Vijay Anil Nilesh Hitesh Dinesh Arjun Rohan'),
    family: list('Patel Shah Mehta Desai Sharma Gupta Joshi Parmar Solanki Mistry'),
    language: 'Gujarati',
  },
  {
    share: 25,
    female: list('Harpreet Gurpreet Manpreet Jaspreet Baljit Simran'),
    male: list('Harjit Gurdeep Jaswinder Manjit Amarjit Inderjit'),
    family: list('Gill Dhillon Sandhu Sidhu Grewal Bains Virdee Sahota'),
    language: 'Punjabi',
  },
  {
    share: 45,
    female: list('Ayesha Saima Nadia Rabia Zainab Shazia Samina Sana'),
    male: list('Imran Usman Bilal Faisal Tariq Kamran Shahid Hamza'),
    family: list('Khan Hussain Akhtar Iqbal Mahmood Malik Butt Qureshi Mirza Chaudhry'),
    language: 'Urdu',
  },
  {
    share: 50,
    female: list('Rukshana Fatema Shirin Nasrin Salma Farhana Taslima Sabina'),
    male: list('Abdul Kamal Rafiq Jamal Shafiq Nurul Tanvir Rezaul'),
    family: list('Begum Miah Uddin Rahman Islam Choudhury Ali Khatun Haque Sultana'),
    language: 'Bengali',
  },
  {
    share: 20,
    female: list('Shanthi Kavitha Vasanthi Nirmala Janani Gowri'),
    male: list('Suresh Ganesh Ravi Mohan Siva Ramesh'),
    family: list('Sivakumar Rajaratnam Selvarajah Nadarajah Mahendran Yogarajah'),
    language: 'Tamil',
  },
  {
    share: 25,
    female: list('Mei Li_Na Xiu Hui Ling Jing Yan Wai_Ling'),
    male: list('Wei Jun Ming Hao Jian Ka_Ho Chi_Wai Lei'),
    family: list('Chen Wong Li Zhang Chan Lau Cheung Wang Liu Huang'),
    language: 'Cantonese',
  },
  {
    share: 30,
    female: list('Agnieszka Katarzyna Anna Zofia Magdalena Joanna Ewa Julia'),
    male: list('Piotr Tomasz Marcin Krzysztof Jakub Paweł Michał Andrzej'),
    family: list('Kowalski Nowak Wójcik Kamiński Lewandowski Zieliński Woźniak Mazur'),
    language: 'Polish',
    feminine: name => name.replace(/ski$/, 'ska'),
  },
  {
    share: 25,
    female: list('Ioana Andreea Mihaela Elena Cristina Gabriela'),
    male: list('Andrei Ionuț Mihai Florin Vasile Cristian'),
    family: list('Popescu Ionescu Radu Dumitru Stoica Munteanu Rusu'),
    language: 'Romanian',
  },
  {
    share: 15,
    female: list('Olena Iryna Natalia Oksana Tetiana'),
    male: list('Oleksandr Dmytro Andriy Volodymyr Serhiy'),
    family: list('Shevchenko Bondarenko Kovalenko Tkachenko Melnyk'),
    language: 'Ukrainian',
  },
  {
    share: 20,
    female: list('Zeynep Elif Ayşe Emine Fatma Meryem'),
    male: list('Mehmet Mustafa Emre Hüseyin Ahmet Kemal'),
    family: list('Yılmaz Kaya Demir Çelik Öztürk Arslan Doğan'),
    language: 'Turkish',
  },
  {
    share: 12,
    female: list('Eleni Maria Androulla Despina Georgia'),
    male: list('Andreas Costas Christos Stavros Panayiotis'),
    family: list('Georgiou Constantinou Christodoulou Nicolaou Charalambous'),
    language: 'Greek',
  },
  {
    share: 25,
    female: list('Fatima Layla Samira Amal Rania Noura'),
    male: list('Youssef Karim Khaled Mahmoud Omar Mustafa'),
    family: list('Al-Hassan Ibrahim Khalil Mansour Nasser Saleh Haddad'),
    language: 'Arabic',
  },
  {
    share: 15,
    female: list('Maryam Leila Parisa Shirin Bahar'),
    male: list('Reza Amir Farhad Hamid Kaveh'),
    family: list('Karimi Rezaei Moradi Hosseini Rahimi'),
    language: 'Farsi',
  },
  {
    share: 35,
    female: list('Beatriz Ana Maria_João Inês Catarina Teresa'),
    male: list('João Miguel Tiago Rui António Pedro'),
    family: list('Silva Santos Ferreira Pereira Oliveira Costa_Lima Almeida'),
    language: 'Portuguese',
  },
  {
    share: 30,
    female: list('Carmen Lucía Isabel Paola Marcela Rosa'),
    male: list('Carlos Andrés Luis Fernando Javier Diego'),
    family: list('García_López Rodríguez Martínez Gómez_Ruiz Torres Hernández'),
    language: 'Spanish',
  },
  {
    share: 15,
    female: list('Giulia Francesca Chiara Elisa Paola'),
    male: list('Marco Luca Alessandro Davide Matteo'),
    family: list('Rossi Esposito De_Luca Romano Conti Greco'),
    language: 'Italian',
  },
  {
    share: 12,
    female: list('Linh Huong Mai Thuy Phuong'),
    male: list('Minh Duc Tuan Quang Hai'),
    family: list('Nguyen Tran Pham Huynh Le'),
    language: 'Vietnamese',
  },
  {
    share: 12,
    female: list('Chaya Rivka Esther Miriam Leah'),
    male: list('Moshe Chaim Yosef Shmuel Dovid'),
    family: list('Cohen Levy Friedman Weiss Grunfeld Halpern'),
    language: 'Yiddish',
  },
]

/** ISO 639-1 codes of the languages above. */
export const languageCodes: Readonly<Record<string, string>> = {
  Arabic: 'ar',
  Bengali: 'bn',
  Cantonese: 'zh',
  Farsi: 'fa',
  Greek: 'el',
  Gujarati: 'gu',
  Italian: 'it',
  Lithuanian: 'lt',
  Polish: 'pl',
  Portuguese: 'pt',
  Punjabi: 'pa',
  Romanian: 'ro',
  Somali: 'so',
  Spanish: 'es',
  Tamil: 'ta',
  Tigrinya: 'ti',
  Turkish: 'tr',
  Twi: 'tw',
  Ukrainian: 'uk',
  Urdu: 'ur',
  Vietnamese: 'vi',
  Yiddish: 'yi',
  Yoruba: 'yo',
}

export const streets: readonly string[] = list(
  'Sample_Road Example_Street Specimen_Lane Pattern_Walk Model_Terrace Figment_Square Fable_Close Parable_Gardens Fiction_Grove Legend_Mews Allegory_Avenue Proverb_Place',
)
